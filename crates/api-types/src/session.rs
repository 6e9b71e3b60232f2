//! Signing in, and who is signed in.

use chrono::{DateTime, Utc};
use domain::{EmployeeId, EmployeeNumber, Permission, Role, TenantSlug};
use serde::{Deserialize, Serialize};

/// What `POST /api/v1/session` takes. The company is named by the host and by nothing in here.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// Work e-mail.
    pub email: String,
    /// Password, 1 to 256 characters.
    pub password: String,
}

/// Who is signed in, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The company's name in the host.
    pub company_slug: TenantSlug,
    /// The company's name as people say it.
    pub company_name: String,
    /// First and last name.
    pub name: String,
    /// The address they signed in with.
    pub email: String,
    /// Their own employment, if the account has one.
    pub employee_id: Option<EmployeeId>,
    /// Their number at the company: Acme's HR admin is user 1042.
    pub user_number: Option<EmployeeNumber>,
    /// What they are at the company.
    pub role: Role,
    /// What they may do there.
    pub permissions: Vec<Permission>,
    /// Whether the demonstration is on, whose pages show tokens.
    pub demonstration: bool,
    /// When they signed in.
    pub signed_in_at: DateTime<Utc>,
    /// When the session ends whatever they do.
    pub expires_at: DateTime<Utc>,
}

/// A password is in here, so `{:?}` shows nothing.
impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSession(…)")
    }
}
