//! The switches of this crate's locks: all are on, unless a laboratory build switches one off.

/// Which locks are on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    #[cfg(feature = "lab")]
    pub(crate) faults: lab::Faults,
}

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_self, reason = "the laboratory's version reads `faults`")]
impl Locks {
    /// Whether keys contain the tenant and, for bodies, the visibility.
    pub(crate) const fn key(&self) -> bool {
        true
    }

    /// Whether each tenant and visibility has its own L1 keys and its own loads.
    pub(crate) const fn compartment(&self) -> bool {
        true
    }

    /// Whether bodies in Redis are sealed.
    pub(crate) const fn seal(&self) -> bool {
        true
    }

    /// Whether the stamp of a body is checked before the body is served.
    pub(crate) const fn stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Locks {
    /// Whether keys contain the tenant and, for bodies, the visibility.
    pub(crate) fn key(&self) -> bool {
        !self.faults.is_off(lab::Lock::Key)
    }

    /// Whether each tenant and visibility has its own L1 keys and its own loads.
    pub(crate) fn compartment(&self) -> bool {
        !self.faults.is_off(lab::Lock::Compartment)
    }

    /// Whether bodies in Redis are sealed.
    pub(crate) fn seal(&self) -> bool {
        !self.faults.is_off(lab::Lock::Seal)
    }

    /// Whether the stamp of a body is checked before the body is served.
    pub(crate) fn stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
