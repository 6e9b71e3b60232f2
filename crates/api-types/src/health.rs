//! The reply of the readiness check.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The reply of `GET /healthz/ready`: 200 if `ready` is true, otherwise 503.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readiness {
    /// Whether the server should get requests: PostgreSQL and the session store answer, and the server is not about to stop.
    pub ready: bool,
    /// Whether the server is about to stop. It still answers requests.
    pub draining: bool,
    /// One entry for each store that was checked.
    pub checks: Vec<Check>,
    /// Whether the cache is used. Without it replies are slower but correct, so it does not make the server unready.
    pub cache: CacheSwitch,
}

/// The kill switch of the cache, as this node knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CacheSwitch {
    /// The position of the switch: `on` or `off`.
    pub state: CacheSwitchState,
    /// When an operator last changed the switch; `null` if never. Operators see the reason with `watertight incident cache status`.
    pub since: Option<DateTime<Utc>>,
}

/// The position of the cache's kill switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CacheSwitchState {
    /// The cache is used.
    On,
    /// Every request goes to `PostgreSQL`.
    Off,
}

/// The check of one store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// The store: `postgresql`, `redis_session` or `redis_cache`.
    pub name: String,
    /// Whether the store answered.
    pub ok: bool,
}
