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
    /// Whether what is written to Redis has tenant and visibility in its key.
    pub(crate) const fn key(&self) -> bool {
        true
    }

    /// Whether each tenant and visibility has a place of its own in this process, and loads of its own.
    pub(crate) const fn compartment(&self) -> bool {
        true
    }

    /// Whether what is written to Redis is sealed.
    pub(crate) const fn seal(&self) -> bool {
        true
    }

    /// Whether a body must say that it belongs to whom it is given.
    pub(crate) const fn stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Locks {
    /// Whether what is written to Redis has tenant and visibility in its key.
    pub(crate) fn key(&self) -> bool {
        !self.faults.is_off(lab::Lock::Key)
    }

    /// Whether each tenant and visibility has a place of its own in this process, and loads of its own.
    pub(crate) fn compartment(&self) -> bool {
        !self.faults.is_off(lab::Lock::Compartment)
    }

    /// Whether what is written to Redis is sealed.
    pub(crate) fn seal(&self) -> bool {
        !self.faults.is_off(lab::Lock::Seal)
    }

    /// Whether a body must say that it belongs to whom it is given.
    pub(crate) fn stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
