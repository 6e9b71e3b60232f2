//! The bodies of signing in and of showing the session.

use chrono::{DateTime, Utc};
use domain::{EmployeeId, EmployeeNumber, Permission, Role, SessionPolicy, TenantSlug};
use serde::{Deserialize, Serialize};

/// The body of `POST /api/v1/session`. The host names the company; the body does not.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// The work e-mail address.
    pub email: String,
    /// Password, 1 to 256 characters.
    pub password: String,
    /// Whether the device stays signed in for 30 days. Nothing is remembered where the company's session policy does not allow it.
    #[serde(default)]
    pub remember_me: bool,
}

/// The signed-in user and the lifetime of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The company's name in the host.
    pub company_slug: TenantSlug,
    /// The company's name for people, such as `Acme`.
    pub company_name: String,
    /// The user's first and last name.
    pub name: String,
    /// The e-mail address of the account.
    pub email: String,
    /// The user's own employment, if the account has one.
    pub employee_id: Option<EmployeeId>,
    /// The user's employee number, such as 1042, if the account has an employment.
    pub user_number: Option<EmployeeNumber>,
    /// The user's role at the company.
    pub role: Role,
    /// The permissions of the role.
    pub permissions: Vec<Permission>,
    /// Whether an onboarding draft was adopted and waits until the user keeps or discards it.
    pub has_draft: bool,
    /// Whether the demonstration is on, which has pages that show tokens.
    pub demonstration: bool,
    /// When the user signed in.
    pub signed_in_at: DateTime<Utc>,
    /// When the session expires, even if it is used until then.
    pub expires_at: DateTime<Utc>,
    /// The session expires after so many seconds without a request.
    pub idle_seconds: u64,
}

/// The body of `POST /api/v1/session/step-up`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// The password of the signed-in user, 1 to 256 characters.
    pub password: String,
}

/// The sessions of an account: the devices on which its user is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The sessions, the last used one first.
    pub items: Vec<ListedSession>,
    /// The devices that stay signed in and have no session now, the last used one first: each may begin a session without a password.
    pub remembered: Vec<RememberedDevice>,
}

/// A device that stays signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RememberedDevice {
    /// The id to sign the device out with, like that of a session. A client cannot sign in with it.
    pub id: String,
    /// When the user entered the password on the device.
    pub signed_in_at: DateTime<Utc>,
    /// When the device last began a session.
    pub last_used_at: DateTime<Utc>,
    /// When the device must sign in again.
    pub expires_at: DateTime<Utc>,
}

/// One session of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedSession {
    /// The id to end the session with. It is not the value of the cookie and signs nobody in.
    pub id: String,
    /// Whether this request was sent with this session.
    pub current: bool,
    /// The `User-Agent` header at the sign-in; empty if there was none.
    pub user_agent: String,
    /// The IP address that the sign-in came from, if it is known.
    pub address: Option<String>,
    /// When the user signed in.
    pub signed_in_at: DateTime<Utc>,
    /// When the session was last used, up to a tenth of its idle time too early.
    pub last_seen_at: DateTime<Utc>,
    /// When the session expires, even if it is used until then.
    pub expires_at: DateTime<Utc>,
}

/// The session policy of a company. The body of the request and of the response of `/api/v1/settings/sessions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    /// How long sessions last, and how strictly browsers send their cookie.
    pub policy: SessionPolicy,
}

/// The body contains a password, so `{:?}` prints no field.
impl std::fmt::Debug for StepUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StepUp(…)")
    }
}

/// The body contains a password, so `{:?}` prints no field.
impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSession(…)")
    }
}
