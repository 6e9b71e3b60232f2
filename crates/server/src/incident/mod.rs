//! `watertight incident …`: what an operator asks and does when a lock has broken.

mod alerts;
mod cache;
mod sweep;

use clap::Subcommand;

use crate::config::Environment;

use alerts::Since;

/// What to ask or do.
#[derive(Subcommand)]
pub(crate) enum Incident {
    /// Print the recorded alerts: which lock broke, in which request, for whom, and whose rows they were.
    Alerts {
        /// How far back: a number with `s`, `m`, `h` or `d`.
        #[arg(long, default_value = "1h")]
        since: Since,
    },
    /// Delete recorded alerts that are older than they are kept, as the owner of the tables: no other role can.
    Sweep {
        /// How old an alert must be: a number with `s`, `m`, `h` or `d`, at least `7d`.
        #[arg(long, default_value = "365d")]
        older_than: Since,
    },
    /// The kill switch of the cache: off, flush, on.
    Cache {
        #[command(subcommand)]
        step: cache::CacheStep,
    },
}

/// Asks or does it.
pub(crate) async fn run(environment: &Environment<'_>, incident: Incident) -> anyhow::Result<()> {
    match incident {
        Incident::Alerts { since } => alerts::print(environment, since).await,
        Incident::Sweep { older_than } => sweep::sweep(environment, older_than).await,
        Incident::Cache { step } => cache::step(environment, step).await,
    }
}
