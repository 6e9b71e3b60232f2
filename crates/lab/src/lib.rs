//! Which locks are switched off: a handle passed by value, in laboratory builds only.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// A lock that the laboratory can switch off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The predicate `tenant_id = app.tenant_id()` of every tenant statement.
    Filter,
}

/// The locks that are off. Clones share their state; a new handle has every lock on.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<AtomicU32>);

impl Faults {
    /// Switches a lock off.
    pub fn switch_off(&self, lock: Lock) {
        self.0.fetch_or(bit(lock), Ordering::SeqCst);
    }

    /// Switches a lock on again.
    pub fn switch_on(&self, lock: Lock) {
        self.0.fetch_and(!bit(lock), Ordering::SeqCst);
    }

    /// Whether a lock is off.
    pub fn is_off(&self, lock: Lock) -> bool {
        self.0.load(Ordering::SeqCst) & bit(lock) != 0
    }
}

const fn bit(lock: Lock) -> u32 {
    1 << lock as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_on_until_it_is_switched_off() {
        let faults = Faults::default();
        assert!(!faults.is_off(Lock::Filter));
        faults.clone().switch_off(Lock::Filter);
        assert!(faults.is_off(Lock::Filter));
        faults.switch_on(Lock::Filter);
        assert!(!faults.is_off(Lock::Filter));
    }
}
