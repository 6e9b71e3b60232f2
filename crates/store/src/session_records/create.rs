//! Writes a session record, and deletes those that are too many or that it takes the place of.

use std::time::Duration;

use chrono::NaiveDate;
use domain::TenantId;
use session::{Fields, NewRecord, Owner, RecordKey, SessionDigest};
use sqlx::PgConnection;

use super::lock_account;
use crate::Error;

/// The values of a new row.
pub(super) struct Row {
    pub(super) owner: Owner,
    /// When the session began, in milliseconds since 1970.
    pub(super) began_at: i64,
    /// The day of the absolute expiry: the partition of the row.
    pub(super) expires_on: NaiveDate,
    pub(super) fields: Fields,
    pub(super) ttl: Duration,
}

/// Writes the record and deletes the oldest ones of an owner with too many. `None` if the account was revoked, or the record to be replaced has ended.
pub(super) async fn create(
    tx: &mut PgConnection,
    record: NewRecord,
) -> Result<Option<Vec<SessionDigest>>, Error> {
    let (owner, began_at) = (record.owner, record.began_at());
    lock_account(tx, owner).await?;
    let role_changed_at = match &record.replaces {
        Some(replaced) => match take_over(tx, owner.tenant, replaced).await? {
            Some(role_changed_at) => role_changed_at,
            None => return Ok(None),
        },
        None if revoked_until(tx, owner).await?.is_some_and(|until| began_at <= until) => {
            return Ok(None);
        }
        None => None,
    };
    let expires_on = record.expires_at().date_naive();
    let new = Row { owner, began_at, expires_on, fields: record.fields, ttl: record.ttl };
    insert(tx, &record.key, new, role_changed_at).await?;
    end_surplus(tx, owner, &record.key, record.most).await.map(Some)
}

/// Inserts a row. Ids are random, so only a test writes a key twice; its earlier record can have another expiry and lie in another partition.
pub(super) async fn insert(
    tx: &mut PgConnection,
    key: &RecordKey,
    row: Row,
    role_changed_at: Option<i64>,
) -> Result<(), Error> {
    let delete = sqlx::query("delete from session.record where tenant_id = $1 and key = $2");
    delete.bind(row.owner.tenant.as_uuid()).bind(key.as_str()).execute(&mut *tx).await?;
    let sql = "
        insert into session.record (key, expires_on, tenant_id, account_id, began_at, fields, idle_until, role_changed_at)
        values ($1, $2, $3, $4, $5, $6, now() + $7, $8)";
    sqlx::query(sql)
        .bind(key.as_str())
        .bind(row.expires_on)
        .bind(row.owner.tenant.as_uuid())
        .bind(row.owner.account.as_uuid())
        .bind(row.began_at)
        .bind(Vec::from(row.fields))
        .bind(row.ttl)
        .bind(role_changed_at)
        .execute(tx)
        .await?;
    Ok(())
}

/// Deletes the record that is to be replaced and returns its mark of a changed role. `None` if there is no such record, or if it was replaced before.
async fn take_over(
    tx: &mut PgConnection,
    tenant: TenantId,
    replaced: &RecordKey,
) -> Result<Option<Option<i64>>, Error> {
    let sql = "
        delete from session.record where tenant_id = $1 and key = $2 and replaced_by is null
        returning role_changed_at";
    let deleted = sqlx::query_scalar(sql).bind(tenant.as_uuid()).bind(replaced.as_str());
    Ok(deleted.fetch_optional(tx).await?)
}

/// Deletes the records that began first, until the owner has at most `most` including the new one.
async fn end_surplus(
    tx: &mut PgConnection,
    owner: Owner,
    new: &RecordKey,
    most: u16,
) -> Result<Vec<SessionDigest>, Error> {
    let sql = "
        delete from session.record
         where tenant_id = $1 and (key, expires_on) in (
               select key, expires_on from session.record
                where tenant_id = $1 and account_id = $2 and idle_until > now() and key <> $3 and replaced_by is null
                order by began_at desc, key desc
               offset greatest($4 - 1, 0))
        returning key";
    let keys: Vec<String> = sqlx::query_scalar(sql)
        .bind(owner.tenant.as_uuid())
        .bind(owner.account.as_uuid())
        .bind(new.as_str())
        .bind(i64::from(most))
        .fetch_all(tx)
        .await?;
    let digest = |key: String| new.digest_of_sibling(&key).ok_or(Error::Corrupt("session key"));
    keys.into_iter().map(digest).collect()
}

pub(super) async fn revoked_until(
    tx: &mut PgConnection,
    owner: Owner,
) -> Result<Option<i64>, Error> {
    let sql = "
        select until from session.revoked_account
         where tenant_id = $1 and account_id = $2 and kept_until > now()";
    let until = sqlx::query_scalar(sql)
        .bind(owner.tenant.as_uuid())
        .bind(owner.account.as_uuid())
        .fetch_optional(tx)
        .await?;
    Ok(until)
}
