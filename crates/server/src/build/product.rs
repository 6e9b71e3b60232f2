//! The product build: every lock is on, and no lock has a switch.

use std::net::SocketAddr;

use cache::Cache;
use session::Sessions;
use store::Store;

use crate::config::{ConfigError, Database};

/// The build whose locks have no switches.
#[derive(Clone, Copy)]
pub(crate) struct Build;

#[expect(clippy::unused_self, reason = "the laboratory's version uses `self`")]
impl Build {
    /// Accepts every address: the product may listen on any.
    #[expect(clippy::unnecessary_wraps, reason = "the laboratory's version can fail")]
    pub(crate) const fn listening_on(_: SocketAddr) -> Result<Self, ConfigError> {
        Ok(Self)
    }

    /// Connects to the store and audits the database.
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
