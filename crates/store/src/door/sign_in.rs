//! The sign-in door: bound to a tenant before anyone has proved anything, so its only verbs are those of signing in.

use domain::TenantId;
use sqlx::{PgConnection, SqlStr};
use uuid::Uuid;

use super::{
    Stamp, Transaction, Work,
    tenant::{Kind, binding},
};
use crate::{Error, Store};

/// A transaction bound to the tenant that someone wants to sign in to.
pub(crate) struct SignInTx {
    transaction: Transaction,
    stamp: Stamp,
}

impl Store {
    /// Runs one of the verbs of signing in.
    pub(crate) async fn for_sign_in<T: Send + 'static>(
        &self,
        tenant: TenantId,
        kind: Kind,
        work: impl for<'t> FnOnce(&'t mut SignInTx) -> Work<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (store, stamp) = (self.clone(), Stamp::of(tenant));
        self.spawn(async move {
            let binding = binding(kind, tenant, &store.statements.locks);
            let transaction =
                Transaction::begin(&store, &store.app, tenant.into(), kind.access(), &binding)
                    .await?;
            let mut tx = SignInTx { transaction, stamp };
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
        self.stamp.check(stamp, &self.transaction.statements().locks)
    }

    /// The tenant, to hold against what a statement counts.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.stamp.tenant()
    }

    /// The lock "Stamp" for rows that were only counted.
    pub(crate) fn check_count(&self, own: Option<bool>) -> Result<(), Error> {
        self.stamp.check_count(own, &self.transaction.statements().locks)
    }
}
