//! The platform door: the directory of companies, as a role that can read no company's rows.

use sqlx::{PgConnection, PgPool};
use tokio::time::timeout;

use super::{Transaction, Work};
use crate::{Error, Store};

/// A transaction on the directory, bound to no tenant.
pub(crate) struct PlatformTx {
    transaction: Transaction,
}

impl Store {
    /// Runs a unit of work on the directory of companies.
    pub(crate) async fn for_platform<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut PlatformTx) -> Work<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let store = self.clone();
        self.spawn(async move { store.unbound(store.platform.clone(), work).await }).await
    }

    /// Runs statements that concern no tenant: the directory, the catalog, a sign of life.
    pub(crate) async fn unbound<T: Send + 'static>(
        &self,
        pool: PgPool,
        work: impl for<'t> FnOnce(&'t mut PlatformTx) -> Work<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let mut tx = PlatformTx { transaction: Transaction::begin(self, &pool, "begin").await? };
        let worked = timeout(self.patience * 2, work(&mut tx)).await;
        tx.transaction.end(worked).await
    }
}

impl PlatformTx {
    /// Where statements run.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.transaction.connection()
    }
}
