//! The transaction for a tenant's rows, bound to the tenant of a [`TenantContext`].

use std::ops::{Deref, DerefMut};

use domain::Visibility;
use tenancy::{Actor, TenantContext};
use tracing::Span;

use super::{BoundTx, UnitOfWork, WorkKind};
use crate::{Error, Store};

/// A transaction bound to one tenant, with its actor and the actor's visibility.
pub(crate) struct TenantTx {
    bound: BoundTx,
    actor: Actor,
    visibility: Visibility,
}

impl Store {
    /// Runs a unit of work for the tenant of `context`.
    pub(crate) async fn for_tenant<T: Send + 'static>(
        &self,
        context: &TenantContext,
        kind: WorkKind,
        work: impl for<'t> FnOnce(&'t mut TenantTx) -> UnitOfWork<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (store, context, request) = (self.clone(), context.clone(), Span::current());
        self.spawn(async move {
            let bound = BoundTx::begin(&store, context.tenant(), kind, request).await?;
            let (actor, visibility) = (context.actor().clone(), context.visibility());
            let mut tx = TenantTx { bound, actor, visibility };
            let result = store.with_timeout(kind.limit(&store), work(&mut tx)).await;
            tx.bound.end(result).await
        })
        .await
    }
}

impl TenantTx {
    /// The actor of the request or the job.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The rows and fields that the actor may see.
    pub(crate) const fn visibility(&self) -> Visibility {
        self.visibility
    }
}

impl Deref for TenantTx {
    type Target = BoundTx;

    fn deref(&self) -> &BoundTx {
        &self.bound
    }
}

impl DerefMut for TenantTx {
    fn deref_mut(&mut self) -> &mut BoundTx {
        &mut self.bound
    }
}
