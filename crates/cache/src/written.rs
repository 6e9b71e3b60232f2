//! How many bytes each tenant has written to Redis of late: a flood of misses at one tenant must not push out the others' bodies.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::TenantId;
use share::Quota;

/// Counts in windows as long as a body lives, so a tenant has at most two shares in Redis from one node. Clones share the count.
#[derive(Clone)]
pub(crate) struct Written {
    quota: Quota,
    window: Duration,
    began: Arc<Mutex<Option<Instant>>>,
}

impl Written {
    /// At most `share` bytes for each tenant in each window.
    pub(crate) fn new(share: usize, window: Duration) -> Self {
        Self { quota: Quota::new(share), window, began: Arc::default() }
    }

    /// Accounts bytes to a tenant; `false` if it has written its share in this window. The refusal is counted.
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

    /// O7, G3: one tenant's misses fill no more of Redis than its share; the others write as before, and so does it a window later.
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
