//! Every path of the API, so that server, browser and tests spell them alike.

/// Sign in (POST), who am I (GET), sign out (DELETE).
pub const SESSION: &str = "/api/v1/session";
/// Sign out everywhere (DELETE).
pub const SESSIONS: &str = "/api/v1/sessions";
/// A set of tokens for the page that shows them (POST); only where the demonstration is on.
pub const TOKENS: &str = "/api/v1/tokens";
/// Looks into a token, once it is verified (POST).
pub const INSPECT_TOKEN: &str = "/api/v1/tokens/inspect";
/// What was mailed; only where the demonstration is on.
pub const OUTBOX: &str = "/api/v1/outbox";
/// Who a token says somebody is.
pub const WHOAMI: &str = "/api/v1/whoami";
/// The directory.
pub const EMPLOYEES: &str = "/api/v1/employees";
/// The departments of the company.
pub const DEPARTMENTS: &str = "/api/v1/departments";
/// The public face of the company that the host names.
pub const COMPANY: &str = "/api/v1/company";
/// The companies to choose from on the bare host; only where demo accounts are on.
pub const COMPANIES: &str = "/api/v1/companies";
/// The OpenAPI description of everything here.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The page to try the API on.
pub const DOCS: &str = "/docs";
/// Is the process alive?
pub const LIVE: &str = "/healthz/live";
/// Can the process answer requests?
pub const READY: &str = "/healthz/ready";
/// What a client must know of a pool's issuer. This and the rest are of one pool each: see [`at_pool`](crate::at_pool).
pub const DISCOVERY: &str = "/{pool_id}/.well-known/openid-configuration";
/// The keys of a pool.
pub const JWKS: &str = "/{pool_id}/.well-known/jwks.json";
/// Where a browser gets a code.
pub const AUTHORIZE: &str = "/{pool_id}/oauth2/authorize";
/// Where an application gets tokens.
pub const TOKEN: &str = "/{pool_id}/oauth2/token";
/// What is known of the person of an access token.
pub const USER_INFO: &str = "/{pool_id}/oauth2/userInfo";
/// Where an application revokes tokens.
pub const REVOKE: &str = "/{pool_id}/oauth2/revoke";
/// Where a browser signs out for an application.
pub const LOGOUT: &str = "/{pool_id}/logout";
/// Where the page that asks whether to sign out sends its form.
pub const LOGOUT_CONFIRMED: &str = "/{pool_id}/logout/confirmed";
/// The same document as [`DISCOVERY`] where RFC 8414 §3.1 looks for it: before the issuer's path.
pub const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server/{pool_id}";
/// The same document, as RFC 8414 §5 has it for clients of OpenID Connect.
pub const DISCOVERY_BEFORE_PATH: &str = "/.well-known/openid-configuration/{pool_id}";

/// One employee.
pub fn employee(id: domain::EmployeeId) -> String {
    format!("{EMPLOYEES}/{id}")
}

/// Ends somebody's employment.
pub fn terminate(id: domain::EmployeeId) -> String {
    format!("{EMPLOYEES}/{id}/terminate")
}

/// One department.
pub fn department(id: domain::DepartmentId) -> String {
    format!("{DEPARTMENTS}/{id}")
}
