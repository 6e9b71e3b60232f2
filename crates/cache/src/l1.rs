//! The first level of the cache holds bodies in this process. It is bounded in bytes, and no tenant may fill more than a quarter.

use std::{sync::Arc, time::Duration};

use domain::TenantId;
use share::Quota;

use crate::{
    body::Body,
    entry_id::{CacheEntryId, L1Key},
    epoch::Epoch,
};

/// Bodies by L1 key. Clones share them.
#[derive(Clone)]
pub(crate) struct L1 {
    bodies: moka::sync::Cache<L1Key, Entry>,
    /// How many bytes of L1 each tenant uses.
    quota: Quota,
}

#[derive(Clone)]
struct Entry {
    tenant: TenantId,
    epochs: Vec<Epoch>,
    body: Arc<Body>,
    weight: usize,
}

impl L1 {
    /// Creates a cache of at most `capacity` bytes that keeps each body for at most `ttl`.
    pub(crate) fn new(capacity: usize, ttl: Duration) -> Self {
        let quota = Quota::new(capacity / 4);
        let returned = quota.clone();
        let bodies = moka::sync::Cache::builder()
            .max_capacity(capacity as u64)
            .weigher(|_, kept: &Entry| u32::try_from(kept.weight).unwrap_or(u32::MAX))
            .time_to_live(ttl)
            .eviction_listener(move |_, kept: Entry, _| {
                returned.give_back(kept.tenant, kept.weight);
            })
            .build();
        Self { bodies, quota }
    }

    pub(crate) fn get(&self, at: &CacheEntryId) -> Option<Arc<Body>> {
        let kept = self.bodies.get(&at.slot())?;
        (kept.epochs == at.epochs).then_some(kept.body)
    }

    pub(crate) fn put(&self, at: &CacheEntryId, body: &Arc<Body>) {
        let slot = at.slot();
        let weight = body.weight() + slot.weight() + size_of::<Entry>();
        if !self.quota.take(at.tenant, weight) {
            // Expired bodies may not have been removed yet. Remove them and try again.
            self.bodies.run_pending_tasks();
            if !self.quota.take(at.tenant, weight) {
                return;
            }
        }
        let kept =
            Entry { tenant: at.tenant, epochs: at.epochs.clone(), body: Arc::clone(body), weight };
        self.bodies.insert(slot, kept);
    }

    /// Removes every body.
    pub(crate) fn clear(&self) {
        self.bodies.invalidate_all();
        self.bodies.run_pending_tasks();
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        EmployeeDetail, Loaded,
        test_viewer::{entry_id, state},
    };

    const ACME: u128 = 1;
    const BETACO: u128 = 2;

    fn key(employee: u128) -> EmployeeDetail {
        EmployeeDetail(domain::EmployeeId::from_uuid(Uuid::from_u128(employee)))
    }

    fn fill(l1: &L1, at: &CacheEntryId, size: usize) -> bool {
        let body = Body::encode(at, &Loaded { value: "x".repeat(size), rows: vec![] }).unwrap();
        l1.put(at, &Arc::new(body));
        l1.get(at).is_some()
    }

    #[test]
    fn a_body_of_an_older_epoch_is_a_miss() {
        let l1 = L1::new(1 << 20, Duration::from_mins(1));
        assert!(fill(&l1, &entry_id(ACME, &key(1), &state()), 10));
        assert!(l1.get(&entry_id(ACME, &key(1), &state())).is_none());
    }

    #[test]
    fn a_cleared_body_is_a_miss() {
        let (l1, at) =
            (L1::new(1 << 20, Duration::from_mins(1)), entry_id(ACME, &key(1), &state()));
        assert!(fill(&l1, &at, 10));
        l1.clear();
        assert!(l1.get(&at).is_none());
    }

    /// O7: one tenant cannot evict the bodies of the others.
    #[test]
    fn a_tenant_keeps_at_most_a_quarter_of_the_cache() {
        let (l1, state) = (L1::new(64 << 10, Duration::from_mins(1)), state());
        let kept = (0..64).filter(|n| fill(&l1, &entry_id(ACME, &key(*n), &state), 900)).count();
        assert!((8..=18).contains(&kept), "{kept} bodies of about 1 KiB in a quarter of 64 KiB");
        assert!(fill(&l1, &entry_id(BETACO, &key(1), &state), 900));
    }

    #[test]
    fn replacing_a_body_frees_its_bytes() {
        let (l1, state) = (L1::new(64 << 10, Duration::from_mins(1)), state());
        for _ in 0..200 {
            fill(&l1, &entry_id(ACME, &key(1), &state), 900);
        }
        assert!(fill(&l1, &entry_id(ACME, &key(2), &state), 900));
    }
}
