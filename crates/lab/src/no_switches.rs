//! The faults of the product: there are none, and nothing can switch a lock off.

use std::convert::Infallible;

use crate::Lock;

/// The locks that are off: none. It has no content and costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Faults(());

/// Proof that a lock is off. It cannot exist in this build, so functions that ask for it cannot be called.
#[derive(Clone, Copy, Debug)]
pub struct SwitchedOff(Infallible);

/// The sources of a statement's tenant: they are what they should be, and are compared.
#[derive(Clone, Debug, Default)]
pub struct SourceOverrides(());

const _: () = assert!(size_of::<Faults>() == 0 && size_of::<SourceOverrides>() == 0);
const _: () = assert!(size_of::<Option<SwitchedOff>>() == 0);

impl Faults {
    /// Whether a lock is off: never.
    pub const fn is_off(&self, _: Lock) -> bool {
        false
    }

    /// Whether a lock is on: always.
    pub const fn is_on(&self, _: Lock) -> bool {
        true
    }

    /// The proof that a lock is off: there is none.
    pub const fn switched_off(&self, _: Lock) -> Option<SwitchedOff> {
        None
    }

    /// The tenant that the setting names: the transaction's own.
    pub const fn setting(&self, tenant: u128) -> u128 {
        tenant
    }

    /// The role past the policies: there is none.
    pub const fn bypass_role(&self) -> Option<&'static str> {
        None
    }

    /// The SQL that bypasses the policies: none.
    pub const fn bypass_sql(&self) -> &'static str {
        ""
    }

    /// What a node of this build logs at its start about its locks: nothing.
    pub const fn notice(&self) -> Option<&'static str> {
        None
    }
}

impl SourceOverrides {
    /// The tenant that statements bind as their parameter: the transaction's own.
    pub const fn parameter(&self, tenant: u128) -> u128 {
        tenant
    }

    /// Whether a transaction compares the setting with its tenant: always.
    pub const fn compares_setting(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I6: in the product every lock is on.
    #[test]
    fn every_lock_is_on() {
        for lock in Lock::ALL {
            assert!(Faults::default().is_on(lock) && !Faults::default().is_off(lock));
            assert!(Faults::default().switched_off(lock).is_none());
        }
    }
}
