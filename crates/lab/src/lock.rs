//! The isolation locks, and their names.

use std::{fmt, str::FromStr};

/// A lock that the lab build can switch off, in the order in which a request meets them.
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
    /// The setting that the policies read names the tenant of the context. Off: it names the last other tenant that the process bound a transaction to,
    /// like a setting that is left over. While Filter or Stamp is on, a transaction with such a setting does not begin.
    Setting,
    /// The predicate `tenant_id = $1` of every tenant statement, whose parameter comes from the context. Off: the predicate is always true.
    Filter,
    /// Row-level security. Off: statements run as a role that bypasses it and exists in lab databases only.
    Policy,
    /// Rows, bodies, session records and the stored account of a token carry their tenant, which is checked. Off: it is not checked.
    Stamp,
}

/// The text is not the name of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLock;

impl Lock {
    /// All locks, in the order in which a request meets them.
    pub const ALL: [Self; 11] = [
        Self::Binding,
        Self::SessionKey,
        Self::SessionMac,
        Self::Key,
        Self::Compartment,
        Self::Seal,
        Self::Transaction,
        Self::Setting,
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
            Self::Setting => "setting",
            Self::Filter => "filter",
            Self::Policy => "policy",
            Self::Stamp => "stamp",
        }
    }

    #[cfg(feature = "switches")]
    pub(crate) const fn bit(self) -> u32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lock_round_trips() {
        for lock in Lock::ALL {
            assert_eq!(lock.as_str().parse(), Ok(lock));
        }
        assert_eq!("all".parse::<Lock>(), Err(UnknownLock));
    }
}
