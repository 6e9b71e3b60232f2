//! Widgets, which other sites embed: their settings, and the check of their keys (row C6).

mod edit;
mod out_today;

use api_types::Widget;
use chrono::{DateTime, Utc};
use domain::{FrameOrigin, TenantId, WidgetId};
use tenancy::TenantContext;
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

pub use edit::NewWidget;
pub use out_today::PeopleOut;

/// A widget as a browser needs it that has not shown the key yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredWidget {
    /// The only site that may embed it.
    pub embedded_on: FrameOrigin,
    /// SHA-256 of its key.
    pub key_digest: [u8; 32],
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    name: String,
    embedded_on: String,
    created_at: DateTime<Utc>,
}

impl Store {
    /// Lists the widgets of the tenant, the newest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.widget.list", skip_all)]
    pub async fn list_widgets(&self, context: &TenantContext) -> Result<Vec<Widget>, Error> {
        self.for_tenant(context, WorkKind::Read, |tx| Box::pin(list(tx))).await
    }

    /// Finds the widget that a frame names, before the browser has shown its key; `None` if the tenant has no such widget.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.widget.find", skip_all)]
    pub async fn widget(
        &self,
        tenant: TenantId,
        id: WidgetId,
    ) -> Result<Option<StoredWidget>, Error> {
        let found = self.for_sign_in(tenant, WorkKind::Read, move |tx| {
            Box::pin(async move {
                let sql = tenant_sql!(
                    "
                    select embedded_on, key_digest, tenant_id
                      from widget
                     where tenant_id = $1
                       and id = $2"
                );
                tx.query(sql).bind(id.as_uuid()).fetch_optional::<(String, Vec<u8>)>().await
            })
        });
        let stored = |(embedded_on, key_digest): (String, Vec<u8>)| {
            Ok(StoredWidget {
                embedded_on: embedded_on.parse().map_err(|_| Error::Corrupt("origin"))?,
                key_digest: key_digest.try_into().map_err(|_| Error::Corrupt("digest"))?,
            })
        };
        found.await?.map(stored).transpose()
    }
}

async fn list(tx: &mut TenantTx) -> Result<Vec<Widget>, Error> {
    let sql = tenant_sql!(
        "
        select id, name, embedded_on, created_at, tenant_id
          from widget
         where tenant_id = $1
         order by created_at desc, id"
    );
    let records: Vec<Record> = tx.query(sql).fetch_all().await?;
    Ok(records.into_iter().map(Widget::from).collect())
}

impl From<Record> for Widget {
    fn from(record: Record) -> Self {
        let Record { id, name, embedded_on, created_at } = record;
        Self { id: WidgetId::from_uuid(id), name, embedded_on, created_at }
    }
}
