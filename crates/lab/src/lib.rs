//! The switches of the locks, in laboratory builds only. They are a handle that is passed by value.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// A lock that the laboratory can switch off, in the order in which a request meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lock {
    /// The host and the session or token must name the same tenant. Off: only the host counts.
    Binding,
    /// A session or token is found at its own tenant only: the key of a session record is derived from tenant and id, and a tenant's host accepts only
    /// signing keys of the tenant's own issuers. Off: the record key is derived from the id alone, and the signing keys of every pool are accepted.
    SessionKey,
    /// A session record carries a MAC under a key of its tenant, over its own key and all its fields. Off: the MAC is not verified.
    SessionMac,
    /// A cache key contains tenant and visibility. Off: it contains neither, as in the incident.
    Key,
    /// Each tenant's bodies in this process, and its loads in progress, are separate from other tenants'. Off: all tenants share them.
    Compartment,
    /// Bodies in Redis are sealed under a key of the tenant. Off: they are plain bytes.
    Seal,
    /// The tenant is set for one transaction, and a connection is cleaned before it is reused. Off: the tenant stays set on the connection, which is not
    /// cleaned.
    Transaction,
    /// The predicate `tenant_id = app.tenant_id()` of every tenant statement. Off: `true`.
    Filter,
    /// Row-level security. Off: statements run as a role that bypasses it and exists in laboratory databases only.
    Policy,
    /// Rows, bodies, session records and the stored account of a token carry their tenant, which is checked. Off: it is not checked.
    Stamp,
}

/// The text is not the name of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLock;

/// The locks that are off. Clones share their state; a new handle has every lock on.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<AtomicU32>);

impl Lock {
    /// All locks, in the order in which a request meets them.
    pub const ALL: [Self; 10] = [
        Self::Binding,
        Self::SessionKey,
        Self::SessionMac,
        Self::Key,
        Self::Compartment,
        Self::Seal,
        Self::Transaction,
        Self::Filter,
        Self::Policy,
        Self::Stamp,
    ];

    /// The lock's name in JSON and in the matrix of `docs/leak-distance.md`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Binding => "binding",
            Self::SessionKey => "session_key",
            Self::SessionMac => "session_mac",
            Self::Key => "key",
            Self::Compartment => "compartment",
            Self::Seal => "seal",
            Self::Transaction => "transaction",
            Self::Filter => "filter",
            Self::Policy => "policy",
            Self::Stamp => "stamp",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl FromStr for Lock {
    type Err = UnknownLock;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|lock| lock.as_str() == word).ok_or(UnknownLock)
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UnknownLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Lock::ALL.map(|lock| format!("`{lock}`"));
        write!(f, "unknown lock: expected one of {}", words.join(", "))
    }
}

impl std::error::Error for UnknownLock {}

impl Faults {
    /// Switches a lock off.
    pub fn switch_off(&self, lock: Lock) {
        self.0.fetch_or(lock.bit(), Ordering::SeqCst);
    }

    /// Switches a lock on again.
    pub fn switch_on(&self, lock: Lock) {
        self.0.fetch_and(!lock.bit(), Ordering::SeqCst);
    }

    /// Switches exactly these locks off and all others on, at once.
    pub fn set(&self, off: &[Lock]) {
        self.0.store(off.iter().fold(0, |bits, lock| bits | lock.bit()), Ordering::SeqCst);
    }

    /// Whether a lock is off.
    pub fn is_off(&self, lock: Lock) -> bool {
        self.0.load(Ordering::SeqCst) & lock.bit() != 0
    }

    /// The locks that are off.
    pub fn off(&self) -> Vec<Lock> {
        Lock::ALL.into_iter().filter(|lock| self.is_off(*lock)).collect()
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
        assert!(faults.is_off(Lock::Filter));
        faults.switch_on(Lock::Filter);
        assert!(!faults.is_off(Lock::Filter));
    }

    #[test]
    fn exactly_the_named_locks_are_off() {
        let faults = Faults::default();
        faults.set(&[Lock::Key, Lock::Stamp]);
        faults.set(&[Lock::Seal, Lock::Stamp]);
        assert_eq!(faults.off(), [Lock::Seal, Lock::Stamp]);
    }

    #[test]
    fn every_lock_round_trips() {
        for lock in Lock::ALL {
            assert_eq!(lock.as_str().parse(), Ok(lock));
        }
        assert_eq!("all".parse::<Lock>(), Err(UnknownLock));
    }
}
