//! Session records in PostgreSQL, as a role that reaches no tenant's rows. The session crate authenticates and checks them.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use domain::TenantId;
use futures_util::{FutureExt, future::BoxFuture};
use session::{Fields, NewRecord, Owner, RecordKey, RecordStore, SessionDigest, Stored, Which};
use share::Holder;
use sqlx::{PgConnection, Row, postgres::PgRow};

use crate::{
    Error, Store, StoreConfig,
    pool::{self, Pool},
    transactions::{Access, Transaction},
};

/// The number of days for which partitions exist in advance. Sessions last at most one day.
const DAYS_AHEAD: i32 = 7;
/// How long the revocation of an account's sessions refuses sign-ins that began before it. A sign-in takes seconds.
const REVOKED_KEPT: Duration = Duration::from_mins(17);

/// Serializes the operations that depend on all records of an account, until the transaction ends.
const LOCK_ACCOUNT: &str =
    "select pg_advisory_xact_lock(hashtextextended($1::text || $2::text, 0))";

/// The session records of all tenants in PostgreSQL. A clone is cheap and uses the same connections.
#[derive(Clone, Debug)]
pub struct SessionRecords {
    store: Store,
    pool: Pool,
}

impl SessionRecords {
    /// Connects the role `watertight_session` once, so that a wrong configuration is reported at start, and prepares the partitions.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL cannot be reached, [`Error::SignInRefused`] or [`Error::InvalidUrl`] if the URL is wrong.
    pub async fn connect(store: Store, url: &str, config: &StoreConfig) -> Result<Self, Error> {
        let faults = store.statements.faults.clone();
        let pool = pool::connect(url, config.max_connections, config, &faults).await?;
        let records = Self { store, pool: Pool::new("session_records", pool) };
        records.prepare_days().await?;
        Ok(records)
    }

    /// Creates the partitions of the next days. A node calls it at least once a day.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    pub async fn prepare_days(&self) -> Result<(), Error> {
        self.unit(Holder::Node, Access::Write, |connection| {
            async move {
                let prepare = sqlx::query("select session.prepare_days($1)").bind(DAYS_AHEAD);
                prepare.execute(connection).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Drops the partitions whose records have all expired. Gives up at once if another transaction uses the records for long, such as a backup: requests would
    /// wait behind it.
    ///
    /// # Errors
    /// [`Error`] if PostgreSQL does not answer or gave up. A later call drops the same partitions.
    pub async fn drop_past_days(&self) -> Result<(), Error> {
        self.unit(Holder::Node, Access::Write, |connection| {
            async move {
                sqlx::query("select session.drop_past_days()").execute(connection).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Runs a unit of work to its end, even if the caller stops waiting for it. It begins at once.
    fn unit<T: Send + 'static>(
        &self,
        holder: impl Into<Holder>,
        access: Access,
        work: impl for<'t> FnOnce(&'t mut PgConnection) -> BoxFuture<'t, Result<T, Error>>
        + Send
        + 'static,
    ) -> impl Future<Output = Result<T, Error>> + Send + 'static {
        let (Self { store, pool }, holder) = (self.clone(), holder.into());
        let unit = store.clone();
        store.spawn(async move {
            let mut tx = Transaction::begin_unbound(&unit, &pool, holder, access).await?;
            let done = unit.with_timeout(unit.statement_timeout * 2, work(tx.connection())).await;
            tx.end(done).await
        })
    }
}

impl RecordStore for SessionRecords {
    fn create(
        &self,
        record: NewRecord,
    ) -> BoxFuture<'static, Result<Vec<SessionDigest>, session::Error>> {
        let created =
            self.unit(record.owner.tenant, Access::Write, |tx| create(tx, record).boxed());
        async move { created.await.map_err(session_error)?.ok_or(session::Error::Revoked) }.boxed()
    }

    fn read(
        &self,
        tenant: TenantId,
        key: &RecordKey,
    ) -> BoxFuture<'static, Result<Option<Stored>, session::Error>> {
        let key = key.clone();
        let found = self.unit(tenant, Access::Read, move |tx| {
            async move { read(tx, tenant, &key).await }.boxed()
        });
        async move { found.await.map_err(session_error) }.boxed()
    }

    fn list(
        &self,
        owner: Owner,
    ) -> BoxFuture<'static, Result<Vec<(String, Stored)>, session::Error>> {
        let listed = self.unit(owner.tenant, Access::Read, move |tx| list(tx, owner).boxed());
        async move { listed.await.map_err(session_error) }.boxed()
    }

    fn extend(
        &self,
        owner: Owner,
        key: &RecordKey,
        ttl: Duration,
    ) -> BoxFuture<'static, Result<(), session::Error>> {
        let key = key.clone();
        let work = self.unit(owner.tenant, Access::Write, move |tx| {
            async move {
                // A record that has expired stays expired.
                let sql = "
                    update session.record set idle_until = now() + $3
                     where tenant_id = $1 and key = $2 and idle_until > now()";
                let update = sqlx::query(sql).bind(owner.tenant.as_uuid()).bind(key.as_str());
                update.bind(ttl).execute(tx).await?;
                Ok(())
            }
            .boxed()
        });
        async move { work.await.map_err(session_error) }.boxed()
    }

    fn end(&self, which: Which) -> BoxFuture<'static, Result<(), session::Error>> {
        let tenant = match &which {
            Which::One { tenant, .. } => *tenant,
            Which::OfAccount { owner, .. } => owner.tenant,
        };
        let work = self.unit(tenant, Access::Write, |tx| end(tx, which).boxed());
        async move { work.await.map_err(session_error) }.boxed()
    }

    fn ping(&self) -> BoxFuture<'static, Result<(), session::Error>> {
        let work = self.unit(Holder::Node, Access::Read, |_| async { Ok(()) }.boxed());
        async move { work.await.map_err(session_error) }.boxed()
    }
}

/// Writes the record and deletes the oldest ones of an owner with too many. `None` if the account was revoked, or the record to be replaced has ended.
async fn create(
    tx: &mut PgConnection,
    record: NewRecord,
) -> Result<Option<Vec<SessionDigest>>, Error> {
    let (owner, began_at) = (record.owner, record.began_at());
    lock_account(tx, owner).await?;
    if revoked_until(tx, owner).await?.is_some_and(|until| began_at <= until) {
        return Ok(None);
    }
    if let Some(replaced) = &record.replaces
        && delete(tx, owner.tenant, replaced).await? == 0
    {
        return Ok(None);
    }
    // Ids are random, so only a test writes a key twice. Its earlier record can have another expiry and lie in another partition.
    delete(tx, owner.tenant, &record.key).await?;
    let sql = "
        insert into session.record (key, expires_on, tenant_id, account_id, began_at, fields, idle_until)
        values ($1, $2, $3, $4, $5, $6, now() + $7)";
    sqlx::query(sql)
        .bind(record.key.as_str())
        .bind(day_of(record.expires_at()))
        .bind(owner.tenant.as_uuid())
        .bind(owner.account.as_uuid())
        .bind(began_at)
        .bind(Vec::from(record.fields))
        .bind(record.ttl)
        .execute(&mut *tx)
        .await?;
    end_surplus(tx, owner, &record.key, record.most).await.map(Some)
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
                where tenant_id = $1 and account_id = $2 and idle_until > now() and key <> $3
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

/// Deletes a record and returns the number of deleted ones.
async fn delete(tx: &mut PgConnection, tenant: TenantId, key: &RecordKey) -> Result<u64, Error> {
    let delete = sqlx::query("delete from session.record where tenant_id = $1 and key = $2");
    let deleted = delete.bind(tenant.as_uuid()).bind(key.as_str()).execute(tx).await?;
    Ok(deleted.rows_affected())
}

async fn read(
    tx: &mut PgConnection,
    tenant: TenantId,
    key: &RecordKey,
) -> Result<Option<Stored>, Error> {
    let sql = "
        select fields, (extract(epoch from idle_until - now()) * 1000)::bigint as left_ms
          from session.record where tenant_id = $1 and key = $2";
    let found = sqlx::query(sql).bind(tenant.as_uuid()).bind(key.as_str());
    let row = found.fetch_optional(tx).await?;
    row.map(|row| stored(&row)).transpose()
}

async fn list(tx: &mut PgConnection, owner: Owner) -> Result<Vec<(String, Stored)>, Error> {
    let sql = "
        select fields, (extract(epoch from idle_until - now()) * 1000)::bigint as left_ms, key
          from session.record where tenant_id = $1 and account_id = $2 and idle_until > now()";
    let found = sqlx::query(sql).bind(owner.tenant.as_uuid()).bind(owner.account.as_uuid());
    let rows = found.fetch_all(tx).await?;
    rows.iter().map(|row| Ok((row.try_get("key")?, stored(row)?))).collect()
}

/// The record in a row that begins with the fields and the milliseconds that are left. A row with another number of fields is a record without fields, which is
/// not a session.
fn stored(row: &PgRow) -> Result<Stored, Error> {
    let (fields, left): (Vec<Option<Vec<u8>>>, i64) = (row.try_get(0)?, row.try_get(1)?);
    let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
    Ok(Stored { fields: Fields::try_from(fields).unwrap_or_default(), left: Some(left) })
}

async fn end(tx: &mut PgConnection, which: Which) -> Result<(), Error> {
    let (owner, until) = match which {
        Which::One { tenant, key } => return delete(tx, tenant, &key).await.map(drop),
        Which::OfAccount { owner, until } => (owner, until.timestamp_millis()),
    };
    lock_account(tx, owner).await?;
    let sql = "
        insert into session.revoked_account as known (tenant_id, account_id, until, kept_until)
        values ($1, $2, $3, now() + $4)
            on conflict (tenant_id, account_id) do update
           set until = greatest(known.until, excluded.until), kept_until = excluded.kept_until";
    sqlx::query(sql)
        .bind(owner.tenant.as_uuid())
        .bind(owner.account.as_uuid())
        .bind(until)
        .bind(REVOKED_KEPT)
        .execute(&mut *tx)
        .await?;
    let sql = "
        delete from session.record where tenant_id = $1 and account_id = $2 and began_at <= $3";
    sqlx::query(sql)
        .bind(owner.tenant.as_uuid())
        .bind(owner.account.as_uuid())
        .bind(until)
        .execute(tx)
        .await?;
    Ok(())
}

async fn lock_account(tx: &mut PgConnection, owner: Owner) -> Result<(), Error> {
    let lock = sqlx::query(LOCK_ACCOUNT).bind(owner.tenant.as_uuid()).bind(owner.account.as_uuid());
    lock.execute(tx).await?;
    Ok(())
}

async fn revoked_until(tx: &mut PgConnection, owner: Owner) -> Result<Option<i64>, Error> {
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

/// The partition of a record.
fn day_of(expires_at: DateTime<Utc>) -> NaiveDate {
    expires_at.date_naive()
}

fn session_error(error: Error) -> session::Error {
    match error {
        Error::Corrupt(_) => session::Error::UnexpectedReply(Box::new(error)),
        _ => session::Error::Unavailable(Box::new(error)),
    }
}
