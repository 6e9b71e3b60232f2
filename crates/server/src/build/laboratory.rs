//! The laboratory: one handle of faults reaches every lock, and only this machine reaches the handle.

use std::net::SocketAddr;

use cache::Cache;
use lab::Faults;
use session::Sessions;
use store::Store;

use crate::config::{ConfigError, Database, Environment, invalid, with_hint};

/// Stands in this binary and in no product; a test looks for it in both.
const MARKER: &str = "watertight laboratory: locks can be switched off";

/// The build whose locks have switches.
#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) faults: Faults,
}

impl Build {
    /// Only this machine may reach the switches.
    pub(crate) fn listening_on(address: SocketAddr) -> Result<Self, ConfigError> {
        if address.ip().is_loopback() {
            tracing::warn!("{MARKER}");
            return Ok(Self { faults: Faults::default() });
        }
        Err(invalid(
            "WATERTIGHT_LISTEN",
            format!(
                "other machines reach `{address}`, and so they would the switches of the locks"
            ),
            "set it to `127.0.0.1:8080`",
        ))
    }

    /// The store, connected and found fit to be served but for the role that every laboratory has.
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

/// `watertight-lab prepare`.
pub(crate) async fn prepare(environment: &Environment<'_>) -> anyhow::Result<()> {
    let superuser = Database::read(environment)?.superuser_url_of_the_database()?;
    with_hint(store::prepare_laboratory(&superuser).await)
}
