//! Deletes alerts that are older than the operator's retention time. Only the owner of the table can: the role that records alerts cannot delete.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use crate::{Error, pool};

/// How many rows one statement deletes, so that no transaction is long.
const BATCH: i64 = 10_000;

/// Deletes the alerts that happened before `before`, as the role `watertight_owner`. Returns the number of deleted alerts.
///
/// # Errors
/// [`Error::SignInRefused`] or [`Error::Unavailable`] if the owner cannot connect; alerts deleted until then stay deleted.
pub async fn delete_alerts_before(owner_url: &str, before: DateTime<Utc>) -> Result<u64, Error> {
    let mut owner = PgConnection::connect_with(&pool::parse(owner_url)?).await?;
    let mut all = 0;
    loop {
        let deleted = delete_batch(&mut owner, before).await?;
        all += deleted;
        if deleted < BATCH.unsigned_abs() {
            owner.close().await?;
            return Ok(all);
        }
    }
}

async fn delete_batch(owner: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, Error> {
    let sql = "
        delete from platform.alert
         where id in (select id
                        from platform.alert
                       where at < $1
                       order by at
                       limit $2)";
    Ok(sqlx::query(sql).bind(before).bind(BATCH).execute(owner).await?.rows_affected())
}
