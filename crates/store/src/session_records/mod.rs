//! Session records in PostgreSQL, as a role that reaches no tenant's rows. The session crate authenticates and checks them.

mod create;
mod role;

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::TenantId;
use futures_util::{FutureExt, future::BoxFuture};
use session::{
    Fields, MAX_REPLACED, Marks, NewRecord, Owner, RecordKey, RecordStore, Renewal, SessionDigest,
    Stored, Which,
};
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
            self.unit(record.owner.tenant, Access::Write, |tx| create::create(tx, record).boxed());
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

    fn mark_role(
        &self,
        owner: Owner,
        until: DateTime<Utc>,
    ) -> BoxFuture<'static, Result<(), session::Error>> {
        let work = self.unit(owner.tenant, Access::Write, move |tx| {
            role::mark(tx, owner, until.timestamp_millis()).boxed()
        });
        async move { work.await.map_err(session_error) }.boxed()
    }

    fn renew(&self, renewal: Renewal) -> BoxFuture<'static, Result<bool, session::Error>> {
        let work =
            self.unit(renewal.owner.tenant, Access::Write, |tx| role::renew(tx, renewal).boxed());
        async move { work.await.map_err(session_error) }.boxed()
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
                // A record that has expired stays expired, and one that was replaced expires soon.
                let sql = "
                    update session.record set idle_until = now() + $3
                     where tenant_id = $1 and key = $2 and idle_until > now() and replaced_by is null";
                let update = sqlx::query(sql).bind(owner.tenant.as_uuid()).bind(key.as_str());
                update.bind(ttl).execute(tx).await?;
                Ok(())
            }
            .boxed()
        });
        async move { work.await.map_err(session_error) }.boxed()
    }

    fn end(&self, which: Which) -> BoxFuture<'static, Result<(), session::Error>> {
        let work = self.unit(which.tenant(), Access::Write, |tx| end(tx, which).boxed());
        async move { work.await.map_err(session_error) }.boxed()
    }

    fn ping(&self) -> BoxFuture<'static, Result<(), session::Error>> {
        let work = self.unit(Holder::Node, Access::Read, |_| async { Ok(()) }.boxed());
        async move { work.await.map_err(session_error) }.boxed()
    }
}

/// Deletes a record. If it was replaced, deletes the one that continues its session instead, over at most `most` replacements. A record that is being replaced is
/// locked, so this waits and then finds the new one.
async fn end_one(
    tx: &mut PgConnection,
    tenant: TenantId,
    mut key: RecordKey,
    most: usize,
) -> Result<(), Error> {
    for _ in 0..=most {
        let sql = "
            delete from session.record where tenant_id = $1 and key = $2 and replaced_by is null";
        let delete = sqlx::query(sql).bind(tenant.as_uuid()).bind(key.as_str());
        if delete.execute(&mut *tx).await?.rows_affected() > 0 {
            return Ok(());
        }
        let sql = "select replaced_by from session.record where tenant_id = $1 and key = $2";
        let found = sqlx::query_scalar(sql).bind(tenant.as_uuid()).bind(key.as_str());
        let Some(Some(next)) = found.fetch_optional(&mut *tx).await? else { return Ok(()) };
        let next: String = next;
        key = key.sibling(&next.parse().map_err(|_| Error::Corrupt("session digest"))?);
    }
    Ok(())
}

async fn read(
    tx: &mut PgConnection,
    tenant: TenantId,
    key: &RecordKey,
) -> Result<Option<Stored>, Error> {
    let sql = "
        select fields, (extract(epoch from idle_until - now()) * 1000)::bigint as left_ms, role_changed_at, replaced_by
          from session.record where tenant_id = $1 and key = $2";
    let found = sqlx::query(sql).bind(tenant.as_uuid()).bind(key.as_str());
    let row = found.fetch_optional(tx).await?;
    row.map(|row| stored(&row)).transpose()
}

async fn list(tx: &mut PgConnection, owner: Owner) -> Result<Vec<(String, Stored)>, Error> {
    let sql = "
        select fields, (extract(epoch from idle_until - now()) * 1000)::bigint as left_ms, role_changed_at, replaced_by, key
          from session.record where tenant_id = $1 and account_id = $2 and idle_until > now() and replaced_by is null";
    let found = sqlx::query(sql).bind(owner.tenant.as_uuid()).bind(owner.account.as_uuid());
    let rows = found.fetch_all(tx).await?;
    rows.iter().map(|row| Ok((row.try_get("key")?, stored(row)?))).collect()
}

/// The record in a row that begins with the fields, the milliseconds that are left and the marks. A row with another number of fields is a record without fields,
/// which is not a session.
fn stored(row: &PgRow) -> Result<Stored, Error> {
    let (fields, left): (Vec<Option<Vec<u8>>>, i64) = (row.try_get(0)?, row.try_get(1)?);
    let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
    let marks = Marks { role_changed_at: row.try_get(2)?, replaced_by: row.try_get(3)? };
    Ok(Stored { fields: Fields::try_from(fields).unwrap_or_default(), left: Some(left), marks })
}

async fn end(tx: &mut PgConnection, which: Which) -> Result<(), Error> {
    let (owner, until) = match which {
        Which::One { tenant, key } => return end_one(tx, tenant, key, MAX_REPLACED).await,
        Which::OneNotReplaced { tenant, key } => return end_one(tx, tenant, key, 0).await,
        Which::OfAccount { owner, until } => (owner, until.timestamp_millis()),
    };
    lock_account(tx, owner).await?;
    refuse_sign_ins(tx, owner, until).await?;
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

/// Refuses the sessions of sign-ins that began at `until` or before and are stored later.
async fn refuse_sign_ins(tx: &mut PgConnection, owner: Owner, until: i64) -> Result<(), Error> {
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
        .execute(tx)
        .await?;
    Ok(())
}

async fn lock_account(tx: &mut PgConnection, owner: Owner) -> Result<(), Error> {
    let lock = sqlx::query(LOCK_ACCOUNT).bind(owner.tenant.as_uuid()).bind(owner.account.as_uuid());
    lock.execute(tx).await?;
    Ok(())
}

fn session_error(error: Error) -> session::Error {
    match error {
        Error::Corrupt(_) => session::Error::UnexpectedReply(Box::new(error)),
        _ => session::Error::Unavailable(Box::new(error)),
    }
}
