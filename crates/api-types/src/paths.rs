//! The paths of the API, defined once for server, browser and tests.

/// Signs in (POST), shows the session (GET), signs out (DELETE).
pub const SESSION: &str = "/api/v1/session";
/// Signs in a remembered device without a password (POST).
pub const REMEMBERED_SESSION: &str = "/api/v1/session/remembered";
/// Checks the password of the signed-in user again (POST).
pub const STEP_UP: &str = "/api/v1/session/step-up";
/// Lists the user's sessions (GET), signs out on all devices (DELETE).
pub const SESSIONS: &str = "/api/v1/sessions";
/// Signs out on all other devices (DELETE).
pub const OTHER_SESSIONS: &str = "/api/v1/sessions/others";
/// The session policy of the company (GET, PUT).
pub const SESSION_SETTINGS: &str = "/api/v1/settings/sessions";
/// Lists the widgets of the company (GET), creates one (POST).
pub const WIDGETS: &str = "/api/v1/settings/widgets";
/// Exchanges the key of a widget for its cookie (POST).
pub const WIDGET_SESSION: &str = "/api/v1/widget/session";
/// The people who are out today, for a widget (GET).
pub const OUT_TODAY: &str = "/api/v1/widget/out-today";
/// The draft of the onboarding form that this device began before signing in (GET, PUT, DELETE).
pub const DRAFT: &str = "/api/v1/draft";
/// The onboarding form of the signed-in user (GET, PUT).
pub const ONBOARDING: &str = "/api/v1/onboarding";
/// The adopted draft of the signed-in user (DELETE).
pub const ADOPTED_DRAFT: &str = "/api/v1/onboarding/draft";
/// Issues tokens for the page that shows them (POST); only while the demonstration is on.
pub const TOKENS: &str = "/api/v1/tokens";
/// Verifies a token and shows its contents (POST); only while the demonstration is on.
pub const INSPECT_TOKEN: &str = "/api/v1/tokens/inspect";
/// Lists the mails; only while the demonstration is on.
pub const OUTBOX: &str = "/api/v1/outbox";
/// Shows what the browser sent and what the server keeps of the session (GET); this path and the four that follow exist only while the demonstration is on.
pub const EXPLAINER: &str = "/api/v1/explainer";
/// Counts the lookups that bound the request to its company (GET).
pub const LOOKUPS: &str = "/api/v1/explainer/lookups";
/// Starts a second session of the user (POST), asks whether it is accepted (GET), ends it (DELETE).
pub const SECOND_SESSION: &str = "/api/v1/explainer/second-session";
/// Shows which cookies arrived with a link (GET) or with a form (POST).
pub const ARRIVAL: &str = "/api/v1/explainer/arrival";
/// A page of another site, on the bare host: it has a link and a form to a company's host (GET).
pub const OTHER_SITE: &str = "/api/v1/explainer/other-site";
/// Shows the identity in a token.
pub const WHOAMI: &str = "/api/v1/whoami";
/// The directory of employees.
pub const EMPLOYEES: &str = "/api/v1/employees";
/// The departments of the company.
pub const DEPARTMENTS: &str = "/api/v1/departments";
/// The public data of the company that the host names.
pub const COMPANY: &str = "/api/v1/company";
/// The companies to choose from on the bare host; only where demo accounts are on.
pub const COMPANIES: &str = "/api/v1/companies";
/// The OpenAPI description of every path.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The page to try out the API.
pub const DOCS: &str = "/docs";
/// The liveness check: the process answers.
pub const LIVE: &str = "/healthz/live";
/// The readiness check: the process can answer requests.
pub const READY: &str = "/healthz/ready";
/// The discovery document of a pool's issuer. This path and all that follow are per pool: see [`at_pool`](crate::at_pool).
pub const DISCOVERY: &str = "/{pool_id}/.well-known/openid-configuration";
/// The public keys of a pool.
pub const JWKS: &str = "/{pool_id}/.well-known/jwks.json";
/// Where a browser gets an authorization code.
pub const AUTHORIZE: &str = "/{pool_id}/oauth2/authorize";
/// Where an application gets tokens.
pub const TOKEN: &str = "/{pool_id}/oauth2/token";
/// Returns the data of an access token's user.
pub const USER_INFO: &str = "/{pool_id}/oauth2/userInfo";
/// Where an application revokes tokens.
pub const REVOKE: &str = "/{pool_id}/oauth2/revoke";
/// Where an application sends a browser to sign out.
pub const LOGOUT: &str = "/{pool_id}/logout";
/// Where the page that confirms signing out sends its form.
pub const LOGOUT_CONFIRMED: &str = "/{pool_id}/logout/confirmed";
/// The same document as [`DISCOVERY`], at the path of RFC 8414 §3.1: `.well-known` comes before the issuer's path.
pub const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server/{pool_id}";
/// The same document, at the path of RFC 8414 §5 for clients of OpenID Connect.
pub const DISCOVERY_BEFORE_PATH: &str = "/.well-known/openid-configuration/{pool_id}";

/// The path of one employee.
pub fn employee(id: domain::EmployeeId) -> String {
    format!("{EMPLOYEES}/{id}")
}

/// The path that ends an employment.
pub fn terminate(id: domain::EmployeeId) -> String {
    format!("{EMPLOYEES}/{id}/terminate")
}

/// The path of one session of the user.
pub fn session(id: &str) -> String {
    format!("{SESSIONS}/{id}")
}

/// The path of an employee's sessions.
pub fn employee_sessions(id: domain::EmployeeId) -> String {
    format!("{EMPLOYEES}/{id}/sessions")
}

/// The path of one widget in the settings.
pub fn widget(id: domain::WidgetId) -> String {
    format!("{WIDGETS}/{id}")
}

/// The path of one department.
pub fn department(id: domain::DepartmentId) -> String {
    format!("{DEPARTMENTS}/{id}")
}
