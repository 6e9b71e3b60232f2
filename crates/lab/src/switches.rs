//! The faults of a lab build: a handle that switches locks while the process runs.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use crate::Lock;

/// The role that bypasses row-level security. Only lab databases have it.
const BYPASS_ROLE: &str = "watertight_lab_bypass";

/// The locks that are off. Clones share their state; a new handle has every lock on.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<State>);

#[derive(Debug, Default)]
struct State {
    off: AtomicU32,
    bound: Mutex<BoundTenants>,
}

/// The tenants that the process bound transactions to: the last one, and the last one before it that is another tenant.
#[derive(Debug, Default)]
struct BoundTenants {
    last: Option<u128>,
    other: Option<u128>,
}

/// Proof that a lock is off. Functions that bypass a lock ask for it, so the product cannot call them.
#[derive(Clone, Copy, Debug)]
pub struct SwitchedOff(());

impl Faults {
    /// Switches a lock off.
    pub fn switch_off(&self, lock: Lock) {
        self.0.off.fetch_or(lock.bit(), Ordering::SeqCst);
    }

    /// Switches a lock on again.
    pub fn switch_on(&self, lock: Lock) {
        self.0.off.fetch_and(!lock.bit(), Ordering::SeqCst);
    }

    /// Switches exactly these locks off and all others on, at once.
    pub fn set(&self, off: &[Lock]) {
        self.0.off.store(off.iter().fold(0, |bits, lock| bits | lock.bit()), Ordering::SeqCst);
    }

    /// Whether a lock is off.
    pub fn is_off(&self, lock: Lock) -> bool {
        self.0.off.load(Ordering::SeqCst) & lock.bit() != 0
    }

    /// Whether a lock is on.
    pub fn is_on(&self, lock: Lock) -> bool {
        !self.is_off(lock)
    }

    /// The locks that are off.
    pub fn off(&self) -> Vec<Lock> {
        Lock::ALL.into_iter().filter(|lock| self.is_off(*lock)).collect()
    }

    /// The proof that a lock is off, or `None` while it is on.
    pub fn switched_off(&self, lock: Lock) -> Option<SwitchedOff> {
        self.is_off(lock).then_some(SwitchedOff(()))
    }

    /// The tenant that the setting of a transaction for `tenant` names: `tenant`, or the last other tenant while that lock is off.
    pub fn setting(&self, tenant: u128) -> u128 {
        let mut bound = self.0.bound.lock().unwrap_or_else(PoisonError::into_inner);
        if bound.last != Some(tenant) {
            bound.other = bound.last.replace(tenant);
        }
        match bound.other {
            Some(other) if self.is_off(Lock::Setting) => other,
            _ => tenant,
        }
    }

    /// The role that the app role may switch to in a lab database, past the policies.
    pub const fn bypass_role(&self) -> Option<&'static str> {
        Some(BYPASS_ROLE)
    }

    /// The SQL that follows the binding of a transaction: it bypasses the policies if that lock is off.
    pub fn bypass_sql(&self) -> &'static str {
        if self.is_off(Lock::Policy) { "; set local role watertight_lab_bypass" } else { "" }
    }

    /// What a node of this build logs at its start. The words are in no other build.
    pub const fn notice(&self) -> Option<&'static str> {
        Some("watertight laboratory: locks can be switched off")
    }
}

/// Wrong sources of a statement's tenant, for tests of one store: clones do not share them.
#[derive(Clone, Debug, Default)]
pub struct SourceOverrides {
    /// The tenant that statements bind in place of their transaction's.
    pub parameter: Option<u128>,
    /// Whether transactions begin without comparing the setting with their tenant.
    pub skips_comparison: bool,
}

impl SourceOverrides {
    /// The tenant that statements bind as their parameter.
    pub fn parameter(&self, tenant: u128) -> u128 {
        self.parameter.unwrap_or(tenant)
    }

    /// Whether a transaction compares the setting with its tenant.
    pub const fn compares_setting(&self) -> bool {
        !self.skips_comparison
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_on_until_it_is_switched_off() {
        let faults = Faults::default();
        assert!(faults.off().is_empty());
        faults.clone().switch_off(Lock::Filter);
        assert!(faults.is_off(Lock::Filter) && faults.switched_off(Lock::Filter).is_some());
        faults.switch_on(Lock::Filter);
        assert!(faults.is_on(Lock::Filter) && faults.switched_off(Lock::Filter).is_none());
    }

    #[test]
    fn a_wrong_setting_names_the_last_other_tenant() {
        let faults = Faults::default();
        faults.switch_off(Lock::Setting);
        assert_eq!([1, 1].map(|tenant| faults.setting(tenant)), [1, 1], "there is no other tenant");
        assert_eq!([2, 2, 3, 2].map(|tenant| faults.setting(tenant)), [1, 1, 2, 3]);
        faults.switch_on(Lock::Setting);
        assert_eq!(faults.setting(1), 1);
    }

    #[test]
    fn exactly_the_named_locks_are_off() {
        let faults = Faults::default();
        faults.set(&[Lock::Key, Lock::Stamp]);
        faults.set(&[Lock::Seal, Lock::Stamp]);
        assert_eq!(faults.off(), [Lock::Seal, Lock::Stamp]);
    }
}
