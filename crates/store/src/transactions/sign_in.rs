//! The transaction for signing in: bound to a tenant before the user is authenticated, so it has only the operations of signing in.

use std::ops::{Deref, DerefMut};

use domain::TenantId;
use tracing::Span;

use super::{BoundTx, UnitOfWork, WorkKind};
use crate::{Error, Store};

/// A transaction bound to the tenant that a user wants to sign in to.
pub(crate) struct SignInTx {
    bound: BoundTx,
}

impl Store {
    /// Runs a unit of work that belongs to signing in at `tenant`.
    pub(crate) async fn for_sign_in<T: Send + 'static>(
        &self,
        tenant: TenantId,
        kind: WorkKind,
        work: impl for<'t> FnOnce(&'t mut SignInTx) -> UnitOfWork<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (store, request) = (self.clone(), Span::current());
        self.spawn(async move {
            let mut tx = SignInTx { bound: BoundTx::begin(&store, tenant, kind, request).await? };
            let result = store.with_timeout(kind.limit(&store), work(&mut tx)).await;
            tx.bound.end(result).await
        })
        .await
    }
}

impl Deref for SignInTx {
    type Target = BoundTx;

    fn deref(&self) -> &BoundTx {
        &self.bound
    }
}

impl DerefMut for SignInTx {
    fn deref_mut(&mut self) -> &mut BoundTx {
        &mut self.bound
    }
}
