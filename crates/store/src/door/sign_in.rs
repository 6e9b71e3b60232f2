//! The sign-in door: bound to a tenant before the user is authenticated, so it has only the operations of signing in.

use domain::TenantId;
use sqlx::{PgConnection, SqlStr};
use uuid::Uuid;

use super::{
    Stamp, Transaction, Work,
    tenant::{Kind, binding},
};
use crate::{Error, Store};

/// A transaction bound to the tenant that a user wants to sign in to.
pub(crate) struct SignInTx {
    transaction: Transaction,
    stamp: Stamp,
}

impl Store {
    /// Runs a unit of work that belongs to signing in at `tenant`.
    pub(crate) async fn for_sign_in<T: Send + 'static>(
        &self,
        tenant: TenantId,
        kind: Kind,
        work: impl for<'t> FnOnce(&'t mut SignInTx) -> Work<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (store, stamp) = (self.clone(), Stamp::of(tenant));
        self.spawn(async move {
            let binding = binding(kind, tenant, &store.statements.faults);
            let transaction =
                Transaction::begin(&store, &store.app, tenant.into(), kind.access(), &binding)
                    .await?;
            let mut tx = SignInTx { transaction, stamp };
            let worked = store.with_timeout(store.statement_timeout * 2, work(&mut tx)).await;
            tx.transaction.end(worked).await
        })
        .await
    }
}

impl SignInTx {
    /// Returns the statement's text, with the tenant filter unless a laboratory build has that lock off.
    pub(crate) fn text(&self, sql: &'static str) -> SqlStr {
        self.transaction.text(sql)
    }

    /// The connection that statements run on.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.transaction.connection()
    }

    /// The lock Stamp: fails if `stamp`, the tenant that a row carries, is not the transaction's tenant.
    pub(crate) fn check_stamp(&self, stamp: Uuid) -> Result<(), Error> {
        self.stamp.check(stamp, &self.transaction.statements().faults)
    }

    /// The transaction's tenant, which statements compare with the rows that they count.
    pub(crate) const fn tenant(&self) -> TenantId {
        self.stamp.tenant()
    }

    /// The lock Stamp for rows that were only counted: `own` is whether all of them are the tenant's, `None` if there were none.
    pub(crate) fn check_count(&self, own: Option<bool>) -> Result<(), Error> {
        self.stamp.check_count(own, &self.transaction.statements().faults)
    }
}
