//! The lock Stamp at the doors: every row that a statement returns must carry the transaction's tenant.

use domain::TenantId;
use lab::{Faults, Lock};
use tracing::Span;
use uuid::Uuid;

use crate::Error;

/// The tenant whose rows may be returned, and the request's span.
pub(super) struct Stamp {
    tenant: TenantId,
    /// A unit of work runs outside of its request's span (see [`crate::Store::spawn`]), but an alert must be logged in it.
    request: Span,
}

impl Stamp {
    /// A stamp for the tenant, with the span of the current request.
    pub(super) fn of(tenant: TenantId) -> Self {
        Self { tenant, request: Span::current() }
    }

    /// The transaction's tenant, which every row must carry.
    pub(super) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Refuses a row of another tenant, and logs an alert.
    pub(super) fn check(&self, stamp: Uuid, faults: &Faults) -> Result<(), Error> {
        let Self { tenant, request } = self;
        if tenant.as_uuid() == stamp || faults.is_off(Lock::Stamp) {
            return Ok(());
        }
        request.in_scope(|| {
            tracing::error!(alert = "row_tenant", %tenant, foreign = %stamp, "store.row.foreign_tenant");
        });
        Err(Error::ForeignRow)
    }

    /// Refuses rows that were only counted, unless all of them are the tenant's; `own` is `None` if there were none.
    pub(super) fn check_count(&self, own: Option<bool>, faults: &Faults) -> Result<(), Error> {
        let Self { tenant, request } = self;
        if own.unwrap_or(true) || faults.is_off(Lock::Stamp) {
            return Ok(());
        }
        request.in_scope(|| {
            tracing::error!(alert = "row_tenant", %tenant, "store.count.foreign_tenant");
        });
        Err(Error::ForeignRow)
    }
}
