//! What a company's rows are made of. Ids come from the caller, so that a seed is the same every time.

use std::fmt;

use chrono::NaiveDate;
use domain::{
    AccountId, DepartmentId, Email, EmployeeId, EmployeeNumber, EmploymentStatus, Money, Role,
};

/// Everything a new company begins with. An id that is named must be among its rows.
#[derive(Clone, Debug, Default)]
pub struct NewCompany {
    /// Its departments; their names differ.
    pub departments: Vec<NewDepartment>,
    /// Its employees; their numbers differ, and so do their addresses.
    pub employees: Vec<NewEmployee>,
    /// Who can sign in; their addresses differ.
    pub accounts: Vec<NewAccount>,
}

/// A department.
#[derive(Clone, Debug)]
pub struct NewDepartment {
    /// Its id.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
}

/// An employee.
#[derive(Clone, Debug)]
pub struct NewEmployee {
    /// Its id.
    pub id: EmployeeId,
    /// The number the company gives.
    pub number: EmployeeNumber,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Work e-mail.
    pub email: Email,
    /// Work telephone.
    pub phone: String,
    /// Position title.
    pub position: String,
    /// Where in the company.
    pub department: DepartmentId,
    /// Where in the world.
    pub location: String,
    /// Where the employment stands.
    pub status: EmploymentStatus,
    /// First day of employment.
    pub started_on: NaiveDate,
    /// Last day of employment, if it is known; not before the first.
    pub ended_on: Option<NaiveDate>,
    /// Contracted hours a week, at most 168.
    pub weekly_hours: u8,
    /// Yearly salary before tax.
    pub salary: Money,
    /// Whom they report to.
    pub manager: Option<EmployeeId>,
}

/// An account.
#[derive(Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub name: String,
    /// With which address it signs in.
    pub email: Email,
    /// What it is at the company.
    pub role: Role,
    /// Its own employment, if it has one.
    pub employee: Option<EmployeeId>,
    /// The PHC string of its password.
    pub password_hash: String,
    /// Whether anyone may try it, in a demonstration.
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
