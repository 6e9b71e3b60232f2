//! The laboratory build: one handle switches every lock, and only this machine can reach the handle.

use std::net::SocketAddr;

use cache::Cache;
use lab::Faults;
use session::Sessions;
use store::Store;

use crate::config::{ConfigError, Database, Environment, invalid, with_hint};

/// A text that only the laboratory binary contains. A test searches both binaries for it.
const MARKER: &str = "watertight laboratory: locks can be switched off";

/// The build whose locks can be switched off.
#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) faults: Faults,
}

impl Build {
    /// Refuses an address that other machines can reach, because they could switch locks off.
    pub(crate) fn listening_on(address: SocketAddr) -> Result<Self, ConfigError> {
        if address.ip().is_loopback() {
            tracing::warn!(warning = MARKER, "lab.server.started");
            return Ok(Self { faults: Faults::default() });
        }
        Err(invalid(
            "WATERTIGHT_LISTEN",
            format!("other machines can reach `{address}`, so they could switch locks off"),
            "set it to `127.0.0.1:8080`",
        ))
    }

    /// Connects to the store and audits the database. The role that bypasses the policies is allowed, because every laboratory has it.
    pub(crate) async fn connect(&self, database: &Database<'_>) -> anyhow::Result<Store> {
        let store = database.connect_with_faults(self.faults.clone()).await?;
        store.audit_laboratory().await?;
        Ok(store)
    }

    pub(crate) fn cache(&self, cache: Cache) -> Cache {
        cache.with_faults(self.faults.clone())
    }

    pub(crate) fn sessions(&self, sessions: Sessions) -> Sessions {
        sessions.with_faults(self.faults.clone())
    }
}

/// Runs `watertight-lab prepare`.
pub(crate) async fn prepare(environment: &Environment<'_>) -> anyhow::Result<()> {
    let superuser = Database::read(environment)?.superuser_url_of_the_database()?;
    with_hint(store::prepare_laboratory(&superuser).await)
}
