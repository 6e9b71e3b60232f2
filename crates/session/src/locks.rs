//! The locks this crate holds: on, unless a laboratory build switches one off.

/// Which locks are on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    #[cfg(feature = "lab")]
    pub(crate) faults: lab::Faults,
}

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_self, reason = "the laboratory's twin reads its faults")]
impl Locks {
    /// Whether the key of a record is derived from the tenant too.
    pub(crate) const fn session_key(&self) -> bool {
        true
    }

    /// Whether a record must have the MAC of its tenant and key.
    pub(crate) const fn session_mac(&self) -> bool {
        true
    }

    /// Whether a record must say that it belongs to the tenant it was asked for.
    pub(crate) const fn stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Locks {
    /// Whether the key of a record is derived from the tenant too.
    pub(crate) fn session_key(&self) -> bool {
        !self.faults.is_off(lab::Lock::SessionKey)
    }

    /// Whether a record must have the MAC of its tenant and key.
    pub(crate) fn session_mac(&self) -> bool {
        !self.faults.is_off(lab::Lock::SessionMac)
    }

    /// Whether a record must say that it belongs to the tenant it was asked for.
    pub(crate) fn stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
