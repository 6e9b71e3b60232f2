//! Configuration of the store: URLs, pool sizes and timeouts.

use std::{fmt, time::Duration};

/// The configuration that a [`crate::Store`] connects with.
#[derive(Clone)]
pub struct StoreConfig {
    /// URL of the role `watertight_app`, which reaches the rows of one tenant at a time.
    pub app_url: String,
    /// URL of the role `watertight_platform`, which reaches the tenant directory only.
    pub platform_url: String,
    /// The largest number of connections as `watertight_app`. The limit also applies to `watertight_platform`, which never has more than four.
    pub max_connections: u32,
    /// How long a unit of work waits for its turn, and then again for a connection, before it fails with a temporary error.
    pub acquire_timeout: Duration,
    /// How long one statement may run before PostgreSQL cancels it.
    pub statement_timeout: Duration,
}

/// `{:?}` leaves out both URLs, because they hold passwords.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish_non_exhaustive()
    }
}
