//! Limits the bytes that each tenant writes to Redis, so that a flood of misses at one tenant does not evict the others' bodies.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::TenantId;
use share::Quota;

/// Counts bytes in windows as long as a body's lifetime, so a tenant has at most two shares in Redis from one node. Clones share the counts.
#[derive(Clone)]
pub(crate) struct WriteQuota {
    quota: Quota,
    window: Duration,
    window_start: Arc<Mutex<Option<Instant>>>,
}

impl WriteQuota {
    /// Allows `share` bytes for each tenant in each window.
    pub(crate) fn new(share: usize, window: Duration) -> Self {
        Self { quota: Quota::new(share), window, window_start: Arc::default() }
    }

    /// Accounts `bytes` to a tenant. Returns `false`, and counts the refusal, if they exceed its share of this window.
    pub(crate) fn take(&self, tenant: TenantId, bytes: usize, now: Instant) -> bool {
        {
            let mut window_start = self.window_start.lock().unwrap_or_else(PoisonError::into_inner);
            if window_start.is_none_or(|window_start| {
                now.saturating_duration_since(window_start) >= self.window
            }) {
                *window_start = Some(now);
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
        let (quota, begun) = (WriteQuota::new(100, WINDOW), Instant::now());
        assert!(quota.take(acme, 60, begun) && quota.take(acme, 40, begun));
        assert!(!quota.take(acme, 1, begun));
        assert!(!quota.clone().take(acme, 1, begun), "another worker counts the same");
        assert!(quota.take(betaco, 100, begun));
        let last = begun + WINDOW.saturating_sub(Duration::from_millis(1));
        assert!(!quota.take(acme, 1, last));
        assert!(quota.take(acme, 100, begun + WINDOW));
        assert!(!quota.take(acme, 1, begun + WINDOW));
    }
}
