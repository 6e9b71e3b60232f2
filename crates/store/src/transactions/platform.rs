//! The transaction for the tenant directory, as a role that cannot read any tenant's rows.

use share::Holder;
use sqlx::PgConnection;

use super::{Access, Transaction, UnitOfWork};
use crate::{Error, Store};

/// A transaction on the tenant directory. It is bound to no tenant.
pub(crate) struct PlatformTx {
    transaction: Transaction,
}

impl Store {
    /// Runs a unit of work on the tenant directory. It is accounted to `holder`: the tenant that the work concerns, if there is one.
    pub(crate) async fn for_platform<T: Send + 'static>(
        &self,
        holder: impl Into<Holder>,
        work: impl for<'t> FnOnce(&'t mut PlatformTx) -> UnitOfWork<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (store, holder) = (self.clone(), holder.into());
        self.spawn(async move {
            let transaction =
                Transaction::begin_unbound(&store, &store.platform, holder, Access::Write).await?;
            let mut tx = PlatformTx { transaction };
            let result = store.with_timeout(store.statement_timeout * 2, work(&mut tx)).await;
            tx.transaction.end(result).await
        })
        .await
    }
}

impl PlatformTx {
    /// The connection that statements run on.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.transaction.connection()
    }
}
