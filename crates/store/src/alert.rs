//! The provenance of alerts: written when a lock breaks, read by whoever asks what happened, never changed.

use chrono::{DateTime, Utc};
use domain::TenantId;
use share::Holder;
use uuid::Uuid;

use crate::{Error, Store, door::PlatformTx};

/// Where a lock broke, or was about to. Ids only: what stood in a row is not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its own id, so that a second attempt to write it changes nothing.
    pub id: Uuid,
    /// When it happened; PostgreSQL may have been told later.
    pub at: DateTime<Utc>,
    /// In which request; `None` outside of one.
    pub request: Option<Uuid>,
    /// What was found, for instance `row_tenant`.
    pub kind: String,
    /// For whom the request was bound.
    pub tenant: Option<TenantId>,
    /// Whose it was instead, if that is known.
    pub foreign: Option<Uuid>,
    /// The family of the cache key, if it was found in the cache.
    pub family: Option<String>,
    /// The rows that were in it, as far as they are known.
    pub rows: Vec<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    at: DateTime<Utc>,
    request_id: Option<Uuid>,
    kind: String,
    tenant: Option<Uuid>,
    foreign_tenant: Option<Uuid>,
    family: Option<String>,
    row_ids: Vec<Uuid>,
}

impl Store {
    /// Writes an alert down. Writing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.alert.write", skip_all)]
    pub async fn record_alert(&self, alert: Alert) -> Result<(), Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(insert(tx, alert))).await
    }

    /// The newest alerts since then, at most `most` of them, in the order in which they happened.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.alert.list", skip_all)]
    pub async fn alerts_since(&self, since: DateTime<Utc>, most: u32) -> Result<Vec<Alert>, Error> {
        self.for_platform(Holder::Node, move |tx| Box::pin(newest(tx, since, most))).await
    }
}

async fn insert(tx: &mut PlatformTx, alert: Alert) -> Result<(), Error> {
    let sql = "
        insert into platform.alert (id, at, request_id, kind, tenant, foreign_tenant, family, row_ids)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (id) do nothing";
    sqlx::query(sql)
        .bind(alert.id)
        .bind(alert.at)
        .bind(alert.request)
        .bind(alert.kind)
        .bind(alert.tenant.map(|tenant| tenant.as_uuid()))
        .bind(alert.foreign)
        .bind(alert.family)
        .bind(alert.rows)
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn newest(tx: &mut PlatformTx, since: DateTime<Utc>, most: u32) -> Result<Vec<Alert>, Error> {
    let sql = "
        select id, at, request_id, kind, tenant, foreign_tenant, family, row_ids
          from platform.alert
         where at >= $1
         order by at desc, id desc
         limit $2";
    let records: Vec<Record> =
        sqlx::query_as(sql).bind(since).bind(i64::from(most)).fetch_all(tx.connection()).await?;
    Ok(records.into_iter().rev().map(Alert::from).collect())
}

impl From<Record> for Alert {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            at: record.at,
            request: record.request_id,
            kind: record.kind,
            tenant: record.tenant.map(TenantId::from_uuid),
            foreign: record.foreign_tenant,
            family: record.family,
            rows: record.row_ids,
        }
    }
}
