//! `watertight tenant …`: changes the status of a company, exports and restores its data, and erases it.

mod archive;
mod erase;
mod export;
mod restore;
mod sealed_rows;
mod status;

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::{TenantSlug, TenantStatus};
use store::ArchiveError;

use crate::config::{Environment, with_hint};

/// Subcommands of `watertight tenant`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Close a company to all its users. No data is deleted.
    Suspend(Company),
    /// Open a company again.
    Open(Company),
    /// Treat a company as if it did not exist. Its rows stay until they are erased.
    Delete(Company),
    /// Write all data of a company into a folder. It can be in use meanwhile.
    Export(export::Export),
    /// Add a company with the data of an export. It is suspended until you open it.
    Restore(restore::Restore),
    /// Erase everything of a suspended or deleted company: rows, sessions, tokens and cached bodies. This cannot be undone.
    Erase(erase::Erase),
}

/// The company to change.
#[derive(Args)]
pub(crate) struct Company {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    slug: TenantSlug,
}

/// Runs a subcommand.
pub(crate) async fn run(environment: &Environment<'_>, action: Action) -> anyhow::Result<()> {
    match action {
        Action::Suspend(Company { slug }) => {
            status::set(environment, &slug, TenantStatus::Suspended).await
        }
        Action::Open(Company { slug }) => {
            status::set(environment, &slug, TenantStatus::Active).await
        }
        Action::Delete(Company { slug }) => {
            status::set(environment, &slug, TenantStatus::Deleted).await
        }
        Action::Export(export) => export.run(environment).await,
        Action::Restore(restore) => restore.run(environment).await,
        Action::Erase(erase) => erase.run(environment).await,
    }
}

/// Adds the hint to start PostgreSQL if that may help.
fn with_database_hint<T>(result: Result<T, ArchiveError>) -> anyhow::Result<T> {
    match result {
        Err(ArchiveError::Store(error @ store::Error::CommitUnanswered(_))) => Err(error).context(
            "hint: the command may have succeeded: run it again, which says whether the company is there",
        ),
        Err(ArchiveError::Store(error)) => with_hint(Err(error)),
        other => Ok(other?),
    }
}
