//! Counts cache reads by tenant and by the source of the body.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use domain::TenantId;
use metrics::Counter;

/// The most tenants whose counters are kept: more than a node serves at once. Beyond it, counters are looked up again; no count is lost.
const MAX_TENANTS: usize = 4096;

/// Where a body came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The memory of this process.
    L1,
    /// The cache Redis.
    L2,
    /// The loader, because L1 and L2 missed.
    Load,
    /// The loader, because a write is in progress or the cache is switched off.
    Bypass,
}

impl Source {
    const ALL: [Self; 4] = [Self::L1, Self::L2, Self::Load, Self::Bypass];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::L1 => "l1",
            Self::L2 => "l2",
            Self::Load => "load",
            Self::Bypass => "bypass",
        }
    }
}

/// The counters of each tenant, kept so that a hit need not look them up by their labels. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Reads(Arc<RwLock<HashMap<TenantId, [Counter; 4]>>>);

impl Reads {
    pub(crate) fn count(&self, tenant: TenantId, source: Source) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(counters) = known.get(&tenant) {
            counters[source as usize].increment(1);
            return;
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_TENANTS {
            known.clear();
        }
        let counters =
            known.entry(tenant).or_insert_with(|| Source::ALL.map(|of| counter(tenant, of)));
        counters[source as usize].increment(1);
    }
}

fn counter(tenant: TenantId, source: Source) -> Counter {
    let (tenant, source) = (tenant.to_string(), source.as_str());
    metrics::counter!("watertight_cache_reads_total", "tenant" => tenant, "source" => source)
}
