//! The rows of a new tenant. The caller chooses the ids, so that demo data is the same every time.

use std::fmt;

use domain::{AccountId, DepartmentId, Email, EmployeeId, Role};

use crate::NewEmployee;

/// All rows of a new tenant. A row may refer only to ids of these rows.
#[derive(Clone, Debug, Default)]
pub struct NewTenantRows {
    /// The departments. Their names must differ.
    pub departments: Vec<NewDepartment>,
    /// The employees. Their numbers must differ, and so must their email addresses.
    pub employees: Vec<NewEmployee>,
    /// The accounts that can sign in. Their email addresses must differ.
    pub accounts: Vec<NewAccount>,
}

/// A department to add.
#[derive(Clone, Debug)]
pub struct NewDepartment {
    /// The department's id, chosen by the caller.
    pub id: DepartmentId,
    /// The department's name, unique within the tenant.
    pub name: String,
}

/// An account to add.
#[derive(Clone)]
pub struct NewAccount {
    /// The account's id, chosen by the caller.
    pub id: AccountId,
    /// The name of the account's person.
    pub name: String,
    /// The email address that the account signs in with.
    pub email: Email,
    /// The account's role at the tenant.
    pub role: Role,
    /// The account's own employee record, if it has one.
    pub employee: Option<EmployeeId>,
    /// The hash of the password, as a PHC string.
    pub password_hash: String,
    /// Whether this is a demo account, which every visitor may use.
    pub demo: bool,
}

/// A hash can be attacked offline: `{:?}` does not show it.
impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
