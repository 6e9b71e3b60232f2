//! Ending an employment: the request, and the reply with the employee and what was done with their accounts.

use serde::{Deserialize, Serialize};

use crate::EmployeeView;

/// The body of `POST /api/v1/employees/{id}/terminate`; without a day, the employment ends today, or on the first day of an employment that has not started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Termination {
    /// The last day of employment, such as `2026-03-31`: from the first day to tomorrow in UTC, because it is tomorrow somewhere. An employment that has not
    /// started can only end on its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<String>,
}

/// The reply of `POST /api/v1/employees/{id}/terminate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndedEmployment {
    /// The employee after the change.
    #[serde(flatten)]
    pub employee: EmployeeView,
    /// What was done with the accounts with which the employee could sign in.
    pub accounts: ClosedAccounts,
}

/// The accounts of an employee who has left.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClosedAccounts {
    /// The sign-in addresses of the employee's accounts, sorted. Each account is disabled; its sessions and tokens are revoked.
    pub closed: Vec<String>,
    /// The employee's addresses that match no account of theirs. Check for each whether the person can still sign in some other way.
    pub unmatched: Vec<UnmatchedAddress>,
}

/// An address of an employee that matches no account of theirs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnmatchedAddress {
    /// The employee's e-mail address.
    pub address: String,
    /// Why no account was closed for it.
    pub reason: UnmatchedReason,
}

/// Why no account was closed for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnmatchedReason {
    /// No account of the company has this address.
    NoAccount,
    /// The account with this address belongs to another employee.
    OtherEmployee,
    /// The account with this address belongs to no employee: its owner chose the address and has not verified it, or the account was made after the
    /// employee left. It is not disabled.
    NotLinked,
}

/// Addresses are personal data, so `{:?}` does not print them.
impl std::fmt::Debug for ClosedAccounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (closed, unmatched) = (self.closed.len(), &self.unmatched);
        f.debug_struct("ClosedAccounts")
            .field("closed", &closed)
            .field("unmatched", unmatched)
            .finish()
    }
}

/// An address is personal data, so `{:?}` does not print it.
impl std::fmt::Debug for UnmatchedAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnmatchedAddress").field("reason", &self.reason).finish_non_exhaustive()
    }
}
