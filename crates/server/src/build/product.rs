//! The product: every lock is on, and there is nothing to switch one off with.

use std::net::SocketAddr;

use cache::Cache;
use session::Sessions;
use store::Store;

use crate::config::{ConfigError, Database};

/// The build without switches.
#[derive(Clone, Copy)]
pub(crate) struct Build;

#[expect(clippy::unused_self, reason = "the laboratory's twin hands its faults on")]
impl Build {
    /// The product may listen anywhere.
    #[expect(clippy::unnecessary_wraps, reason = "the laboratory's twin can refuse")]
    pub(crate) const fn listening_on(_: SocketAddr) -> Result<Self, ConfigError> {
        Ok(Self)
    }

    /// The store, connected and found fit to be served.
    pub(crate) async fn connect(self, database: &Database<'_>) -> anyhow::Result<Store> {
        let store = database.connect().await?;
        store.audit().await?;
        Ok(store)
    }

    pub(crate) fn cache(self, cache: Cache) -> Cache {
        cache
    }

    pub(crate) const fn sessions(self, sessions: Sessions) -> Sessions {
        sessions
    }
}
