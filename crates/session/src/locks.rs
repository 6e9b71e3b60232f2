//! The locks in this crate. They are on, except where a lab build switches one off.

/// Tells which locks are on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    #[cfg(feature = "lab")]
    pub(crate) faults: lab::Faults,
}

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_self, reason = "the version in lab builds reads `self.faults`")]
impl Locks {
    /// Whether the key of a record depends on the tenant.
    pub(crate) const fn session_key(&self) -> bool {
        true
    }

    /// Whether a record must have a MAC for its tenant and key.
    pub(crate) const fn session_mac(&self) -> bool {
        true
    }

    /// Whether a record's `tenant` field must be the requested tenant.
    pub(crate) const fn stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Locks {
    /// Whether the key of a record depends on the tenant.
    pub(crate) fn session_key(&self) -> bool {
        !self.faults.is_off(lab::Lock::SessionKey)
    }

    /// Whether a record must have a MAC for its tenant and key.
    pub(crate) fn session_mac(&self) -> bool {
        !self.faults.is_off(lab::Lock::SessionMac)
    }

    /// Whether a record's `tenant` field must be the requested tenant.
    pub(crate) fn stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
