//! `watertight incident sweep`: deletes recorded alerts that are older than they are kept.

use anyhow::bail;
use chrono::{TimeDelta, Utc};

use super::alerts::Since;
use crate::config::{Database, Environment, with_hint};

/// An incident may be under investigation for this long.
const LEAST: TimeDelta = TimeDelta::days(7);

/// Deletes the alerts older than `age` as the owner of the tables, and prints how many there were.
///
/// # Errors
/// If `age` is less than seven days, the owner's password is not set, or PostgreSQL does not answer.
pub(super) async fn sweep(environment: &Environment<'_>, age: Since) -> anyhow::Result<()> {
    if age.span() < LEAST {
        bail!("`--older-than` is less than seven days\nhint: set it to `7d` or more");
    }
    let owner = Database::read(environment)?.owner_url()?;
    let deleted = with_hint(store::delete_alerts_before(&owner, Utc::now() - age.span()).await)?;
    println!("deleted {deleted} alerts");
    Ok(())
}
