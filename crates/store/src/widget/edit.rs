//! Creates and removes widgets. Nothing else about a widget can be changed.

use api_types::Widget;
use domain::{FrameOrigin, Line, WidgetId};
use tenancy::TenantContext;

use super::Record;
use crate::{
    Error, Store, WriteRefusal,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    writer::lock_writer,
};

/// How many widgets a tenant may have.
const MAX_WIDGETS: i64 = 20;

/// A widget to create.
#[derive(Clone, Debug)]
pub struct NewWidget {
    /// The widget's id.
    pub id: WidgetId,
    /// Its name in the list of widgets.
    pub name: Line,
    /// The only site that may embed it.
    pub embedded_on: FrameOrigin,
    /// SHA-256 of its key.
    pub key_digest: [u8; 32],
}

impl Store {
    /// Creates a widget.
    ///
    /// # Errors
    /// [`WriteRefusal::TooManyWidgets`] if the tenant has 20 widgets.
    #[tracing::instrument(level = "debug", name = "store.widget.create", skip_all)]
    pub async fn create_widget(
        &self,
        context: &TenantContext,
        new: NewWidget,
    ) -> Result<Widget, Error> {
        self.for_tenant(context, WorkKind::Write, |tx| {
            Box::pin(async move {
                lock_writer(tx).await?;
                create(tx, &new).await?.ok_or_else(|| WriteRefusal::TooManyWidgets.into())
            })
        })
        .await
    }

    /// Removes a widget. Returns `false` if the tenant has no such widget.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.widget.remove", skip_all)]
    pub async fn remove_widget(
        &self,
        context: &TenantContext,
        id: WidgetId,
    ) -> Result<bool, Error> {
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move {
                lock_writer(tx).await?;
                let sql = tenant_sql!(
                    "
                    delete from widget
                     where tenant_id = $1
                       and id = $2
                    returning tenant_id"
                );
                Ok(tx.query(sql).bind(id.as_uuid()).execute().await? > 0)
            })
        })
        .await
    }
}

/// Inserts the widget, unless there are too many. The tenant has no other writer meanwhile, so the number is exact.
async fn create(tx: &mut TenantTx, new: &NewWidget) -> Result<Option<Widget>, Error> {
    let sql = tenant_sql!(
        "
        insert into widget (tenant_id, id, name, embedded_on, key_digest)
        select $1, $2, $3, $4, $5
         where (select count(*)
                  from widget
                 where tenant_id = $1) < $6
        returning id, name, embedded_on, created_at, tenant_id"
    );
    let created: Option<Record> = tx
        .query(sql)
        .bind(new.id.as_uuid())
        .bind(new.name.as_str())
        .bind(new.embedded_on.as_str())
        .bind(new.key_digest.as_slice())
        .bind(MAX_WIDGETS)
        .fetch_optional()
        .await?;
    Ok(created.map(Widget::from))
}
