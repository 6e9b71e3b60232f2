//! A quota: how much of a shared store one holder may fill.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::Holder;

/// Counts what each holder has in a bounded store, in whatever unit the store is bounded. Clones share the counts.
#[derive(Clone, Debug)]
pub struct Quota {
    limit: usize,
    filled: Arc<Mutex<HashMap<Holder, usize>>>,
}

impl Quota {
    /// A quota of `limit` units for each holder.
    pub fn new(limit: usize) -> Self {
        Self { limit, filled: Arc::default() }
    }

    /// Accounts `weight` units to the holder; `false`, and nothing accounted, if they exceed the holder's quota.
    pub fn take(&self, holder: impl Into<Holder>, weight: usize) -> bool {
        let holder = holder.into();
        let mut filled = self.filled.lock().unwrap_or_else(PoisonError::into_inner);
        let before = filled.get(&holder).copied().unwrap_or_default();
        let fits = before.saturating_add(weight) <= self.limit;
        if fits && weight > 0 {
            filled.insert(holder, before + weight);
        }
        fits
    }

    /// Returns `weight` units that were taken before. A holder with nothing left is forgotten.
    pub fn give_back(&self, holder: impl Into<Holder>, weight: usize) {
        let holder = holder.into();
        let mut filled = self.filled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = filled.get_mut(&holder) {
            *left = left.saturating_sub(weight);
            if *left == 0 {
                filled.remove(&holder);
            }
        }
    }

    /// Forgets what every holder has taken.
    pub fn clear(&self) {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use domain::TenantId;
    use uuid::Uuid;

    use super::*;

    const ACME: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
    const BETACO: TenantId = TenantId::from_uuid(Uuid::from_u128(2));

    /// O7, G3: what one tenant fills leaves the quota of another as it is.
    #[test]
    fn a_holder_fills_its_own_quota_and_no_other() {
        let quota = Quota::new(10);
        assert!(quota.take(ACME, 7));
        assert!(!quota.take(ACME, 4), "11 of 10");
        assert!(quota.take(ACME, 3), "what was refused was not accounted");
        assert!(quota.take(BETACO, 10));
        assert!(!quota.take(BETACO, usize::MAX), "no overflow");
    }

    #[test]
    fn returned_quota_can_be_taken_again_and_leaves_no_entry() {
        let quota = Quota::new(10);
        assert!(quota.take(ACME, 10));
        quota.give_back(ACME, 4);
        assert!(quota.take(ACME, 4) && !quota.take(ACME, 1));
        quota.give_back(ACME, 10);
        assert!(quota.filled.lock().unwrap().is_empty());
        assert!(quota.take(BETACO, 10));
        quota.clear();
        assert!(quota.filled.lock().unwrap().is_empty());
    }
}
