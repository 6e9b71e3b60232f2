//! Slug → tenant, kept in the process: asked for at every request, changed almost never.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::TenantSlug;
use moka::{Expiry, future::Cache};
use store::{Store, Tenant};

/// How many names are remembered, known and unknown together.
const CAPACITY: u64 = 10_000;
/// How long a company is remembered. Its status is not: that is read with every request.
const KNOWN: Duration = Duration::from_secs(30);
/// How long an unknown name is remembered, so that a flood of made-up hosts does not reach PostgreSQL.
const UNKNOWN: Duration = Duration::from_secs(5);

/// The companies by their name in the host. Clones share it.
#[derive(Clone)]
pub struct Directory {
    known: Cache<TenantSlug, Option<Arc<Tenant>>>,
    store: Store,
}

impl Directory {
    /// An empty directory that asks this store.
    pub fn new(store: Store) -> Self {
        let known = Cache::builder().max_capacity(CAPACITY).expire_after(ByOutcome).build();
        Self { known, store }
    }

    /// The company of this name, whatever its status; `None` if there is none. Many requests for one name ask PostgreSQL once.
    pub(crate) async fn find(
        &self,
        slug: &TenantSlug,
    ) -> Result<Option<Arc<Tenant>>, Arc<store::Error>> {
        if let Some(known) = self.known.get(slug).await {
            return Ok(known);
        }
        let ask = async { Ok(self.store.tenant_by_slug(slug).await?.map(Arc::new)) };
        // Boxed, or every request would carry the room for this question about: 7 KB, copied each time.
        Box::pin(self.known.try_get_with_by_ref(slug, ask)).await
    }
}

struct ByOutcome;

impl Expiry<TenantSlug, Option<Arc<Tenant>>> for ByOutcome {
    fn expire_after_create(
        &self,
        _slug: &TenantSlug,
        tenant: &Option<Arc<Tenant>>,
        _now: Instant,
    ) -> Option<Duration> {
        Some(if tenant.is_some() { KNOWN } else { UNKNOWN })
    }
}
