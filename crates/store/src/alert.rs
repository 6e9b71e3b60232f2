//! Recorded alerts: written when an isolation lock finds another one broken, read by an operator, never changed.

use chrono::{DateTime, Utc};
use domain::TenantId;
use share::Holder;
use uuid::Uuid;

use crate::{Error, Store, transactions::PlatformTx};

/// A broken isolation lock, and where it was found. It holds ids only, never the content of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The alert's id. A second attempt to write the same alert changes nothing.
    pub id: Uuid,
    /// When the alert happened. It may have been recorded later.
    pub at: DateTime<Utc>,
    /// The id of the request; `None` outside of a request.
    pub request: Option<Uuid>,
    /// The kind of the alert, for example `row_tenant`.
    pub kind: String,
    /// The tenant that the request was bound to.
    pub tenant: Option<TenantId>,
    /// The tenant that the data belongs to, if that is known.
    pub foreign: Option<Uuid>,
    /// The family of the cache key, if the data was found in the cache.
    pub family: Option<String>,
    /// The ids of the rows in the data, as far as they are known.
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
    /// Records an alert. Recording the same alert again changes nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.alert.write", skip_all)]
    pub async fn record_alert(&self, alert: Alert) -> Result<(), Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(insert(tx, alert))).await
    }

    /// Lists the newest alerts since `since`, at most `most`, the oldest of them first.
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
