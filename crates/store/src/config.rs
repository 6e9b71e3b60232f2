//! Where PostgreSQL is, and how long we wait for it.

use std::{fmt, time::Duration};

/// What a [`crate::Store`] is connected with.
#[derive(Clone)]
pub struct StoreConfig {
    /// URL of the role `watertight_app`, which reaches the rows of one company at a time.
    pub app_url: String,
    /// URL of the role `watertight_platform`, which reaches the directory of companies only.
    pub platform_url: String,
    /// The most connections as `watertight_app`; the platform's pool is never larger than four.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is answered as unavailable.
    pub acquire_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
}

/// URLs hold passwords: `{:?}` shows neither.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish_non_exhaustive()
    }
}
