//! `watertight incident …`: lets an operator investigate a broken lock and act on it.

mod alerts;
mod cache;
mod sweep;

use clap::Subcommand;

use crate::config::Environment;

use alerts::Since;

/// Subcommands of `watertight incident`.
#[derive(Subcommand)]
pub(crate) enum Incident {
    /// Print the recorded alerts: which lock broke, in which request, for which company, and which company's rows were found.
    Alerts {
        /// How far back to look: a number and a unit (`s`, `m`, `h` or `d`).
        #[arg(long, default_value = "1h")]
        since: Since,
    },
    /// Delete old recorded alerts, as the owner of the tables: no other role can.
    Sweep {
        /// The minimum age of the alerts to delete: a number and a unit (`s`, `m`, `h` or `d`), at least `7d`.
        #[arg(long, default_value = "365d")]
        older_than: Since,
    },
    /// Use the kill switch of the cache: off, flush, on.
    Cache {
        #[command(subcommand)]
        step: cache::CacheStep,
    },
}

/// Runs the subcommand.
pub(crate) async fn run(environment: &Environment<'_>, incident: Incident) -> anyhow::Result<()> {
    match incident {
        Incident::Alerts { since } => alerts::print(environment, since).await,
        Incident::Sweep { older_than } => sweep::sweep(environment, older_than).await,
        Incident::Cache { step } => cache::step(environment, step).await,
    }
}
