//! The sign-in door: bound to a tenant before anyone has proved anything, so its only verbs are those of signing in.

use domain::TenantId;
use sqlx::{PgConnection, SqlStr};
use uuid::Uuid;

use super::{
    Transaction, Work,
    tenant::{Kind, check_count, check_stamp, opening},
};
use crate::{Error, Store};

/// A transaction bound to the tenant that someone wants to sign in to.
pub(crate) struct SignInTx {
    transaction: Transaction,
    tenant: TenantId,
}

impl Store {
    /// Runs one of the verbs of signing in.
    pub(crate) async fn for_sign_in<T: Send + 'static>(
        &self,
        tenant: TenantId,
        kind: Kind,
        work: impl for<'t> FnOnce(&'t mut SignInTx) -> Work<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let store = self.clone();
        self.spawn(async move {
            let opening = opening(kind, tenant, &store.statements.locks);
            let transaction = Transaction::begin(&store, &store.app, &opening).await?;
            let mut tx = SignInTx { transaction, tenant };
            let worked = store.patiently(store.patience * 2, work(&mut tx)).await;
            tx.transaction.end(worked).await
        })
        .await
    }
}

impl SignInTx {
    /// The statement as the locks say it.
    pub(crate) fn text(&self, sql: &'static str) -> SqlStr {
        self.transaction.text(sql)
    }

    /// Where statements run.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.transaction.connection()
    }

    /// The lock "Stamp": a row says whose it is, and another tenant's never leaves.
    pub(crate) fn check_stamp(&self, stamp: Uuid) -> Result<(), Error> {
        check_stamp(self.tenant, stamp, &self.transaction.statements().locks)
    }

    /// The tenant, to hold against what a statement counts.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The lock "Stamp" for rows that were only counted.
    pub(crate) fn check_count(&self, own: Option<bool>) -> Result<(), Error> {
        check_count(self.tenant, own, &self.transaction.statements().locks)
    }
}
