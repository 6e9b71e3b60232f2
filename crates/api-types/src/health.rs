//! Whether the server can answer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What `GET /healthz/ready` says: 200 if every check passed, 503 if one did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readiness {
    /// Whether the server can answer requests.
    pub ready: bool,
    /// One line for each thing it needs.
    pub checks: Vec<Check>,
    /// Whether the cache is used. Without it everything is slower and still right, so it does not make the server unready.
    pub cache: CacheSwitch,
}

/// The kill switch of the cache, as this node knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CacheSwitch {
    /// `on` or `off`.
    pub state: CacheSwitchState,
    /// Since when, if anybody ever touched it. Why is for operators alone: `watertight incident cache status`.
    pub since: Option<DateTime<Utc>>,
}

/// What the switch says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CacheSwitchState {
    /// The cache is used.
    On,
    /// Every request goes to `PostgreSQL`.
    Off,
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
