//! `watertight incident sweep`: deletes old recorded alerts.

use anyhow::bail;
use chrono::{TimeDelta, Utc};

use super::alerts::Since;
use crate::config::{Database, Environment, with_hint};

/// The minimum age of alerts that can be deleted: younger ones may belong to an incident that is being investigated.
const MIN_AGE: TimeDelta = TimeDelta::days(7);

/// Deletes the alerts older than `age` as the owner of the tables, and prints how many there were.
///
/// # Errors
/// If `age` is less than seven days, the owner's password is not set, or PostgreSQL does not answer.
pub(super) async fn sweep(environment: &Environment<'_>, age: Since) -> anyhow::Result<()> {
    if age.span() < MIN_AGE {
        bail!("`--older-than` is less than seven days\nhint: set it to `7d` or more");
    }
    let owner = Database::read(environment)?.owner_url()?;
    let deleted = with_hint(store::delete_alerts_before(&owner, Utc::now() - age.span()).await)?;
    println!("deleted {deleted} alerts");
    Ok(())
}
