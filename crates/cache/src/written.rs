//! Limits the bytes that each tenant writes to Redis, so that a flood of misses at one tenant does not evict the others' bodies.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::TenantId;
use share::Quota;

/// Counts bytes in windows as long as a body's lifetime, so a tenant has at most two shares in Redis from one node. Clones share the counts.
#[derive(Clone)]
pub(crate) struct Written {
    quota: Quota,
    window: Duration,
    began: Arc<Mutex<Option<Instant>>>,
}

impl Written {
    /// Allows `share` bytes for each tenant in each window.
    pub(crate) fn new(share: usize, window: Duration) -> Self {
        Self { quota: Quota::new(share), window, began: Arc::default() }
    }

    /// Accounts `bytes` to a tenant. Returns `false`, and counts the refusal, if they exceed its share of this window.
    pub(crate) fn take(&self, tenant: TenantId, bytes: usize, now: Instant) -> bool {
        {
            let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
            if began.is_none_or(|began| now.saturating_duration_since(began) >= self.window) {
                *began = Some(now);
                self.quota.clear();
            }
        }
        let fits = self.quota.take(tenant, bytes);
        if !fits {
            share::count_refusal("cache_writes", tenant.into());
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const WINDOW: Duration = Duration::from_mins(1);

    /// O7, G3: one tenant's misses write no more to Redis than its share. Other tenants write as before, and this one writes again in the next window.
    #[test]
    fn a_tenant_writes_its_share_and_no_more() {
        let [acme, betaco] = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        let (written, begun) = (Written::new(100, WINDOW), Instant::now());
        assert!(written.take(acme, 60, begun) && written.take(acme, 40, begun));
        assert!(!written.take(acme, 1, begun));
        assert!(!written.clone().take(acme, 1, begun), "another worker counts the same");
        assert!(written.take(betaco, 100, begun));
        let last = begun + WINDOW.saturating_sub(Duration::from_millis(1));
        assert!(!written.take(acme, 1, last));
        assert!(written.take(acme, 100, begun + WINDOW));
        assert!(!written.take(acme, 1, begun + WINDOW));
    }
}
