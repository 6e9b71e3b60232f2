//! The lock "Stamp" at the doors: what comes back must say that it is the tenant's.

use domain::TenantId;
use tracing::Span;
use uuid::Uuid;

use crate::{Error, locks::Locks};

/// Whose rows may come back, and for which request.
pub(super) struct Stamp {
    tenant: TenantId,
    /// A unit of work runs outside of its request's span (see [`crate::Store::spawn`]); an alert belongs into it.
    request: Span,
}

impl Stamp {
    /// For the request that asks now.
    pub(super) fn of(tenant: TenantId) -> Self {
        Self { tenant, request: Span::current() }
    }

    /// The tenant.
    pub(super) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Refuses a row of another tenant.
    pub(super) fn check(&self, stamp: Uuid, locks: &Locks) -> Result<(), Error> {
        let Self { tenant, request } = self;
        if tenant.as_uuid() == stamp || !locks.stamp() {
            return Ok(());
        }
        request.in_scope(|| {
            tracing::error!(alert = "row_tenant", %tenant, foreign = %stamp, "store.row.foreign_tenant");
        });
        Err(Error::ForeignRow)
    }

    /// Refuses rows that were only counted, unless all of them were the tenant's; `None` if there were none.
    pub(super) fn check_count(&self, own: Option<bool>, locks: &Locks) -> Result<(), Error> {
        let Self { tenant, request } = self;
        if own.unwrap_or(true) || !locks.stamp() {
            return Ok(());
        }
        request.in_scope(|| {
            tracing::error!(alert = "row_tenant", %tenant, "store.count.foreign_tenant");
        });
        Err(Error::ForeignRow)
    }
}
