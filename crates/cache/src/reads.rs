//! Counts where bodies come from, per tenant.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use domain::TenantId;
use metrics::Counter;

/// More tenants than a node serves at once; beyond it the handles are looked up again, and no count is lost.
const MOST_TENANTS: usize = 4096;

/// Where a body came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// This process.
    L1,
    /// Redis.
    L2,
    /// The loader, because nobody had it.
    Load,
    /// The loader, past a cache that may not be used now.
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

/// The counters of each tenant, kept so that a hit does not look one up by its labels. Clones share them.
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
        if known.len() >= MOST_TENANTS {
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
