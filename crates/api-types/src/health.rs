//! Whether the server can answer.

use serde::{Deserialize, Serialize};

/// What `GET /healthz/ready` says: 200 if every check passed, 503 if one did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readiness {
    /// Whether the server can answer requests.
    pub ready: bool,
    /// One line for each thing it needs.
    pub checks: Vec<Check>,
}

/// One thing the server needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// What was asked: `postgresql`, `redis_session`, `redis_cache`.
    pub name: String,
    /// Whether it answered.
    pub ok: bool,
}
