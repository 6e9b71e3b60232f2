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
    /// Whether the tenant is set for one transaction only, and connections are cleaned.
    pub(crate) const fn transaction(&self) -> bool {
        true
    }

    /// How a transaction steps past the policies: not at all.
    pub(crate) const fn past_the_policies(&self) -> &'static str {
        ""
    }

    /// Whether rows must say that they are the tenant's.
    pub(crate) const fn stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Locks {
    /// Whether statements say whose rows they mean.
    pub(crate) fn filter(&self) -> bool {
        !self.faults.is_off(lab::Lock::Filter)
    }

    /// Whether the tenant is set for one transaction only, and connections are cleaned.
    pub(crate) fn transaction(&self) -> bool {
        !self.faults.is_off(lab::Lock::Transaction)
    }

    /// How a transaction steps past the policies: as the role that only laboratory databases have.
    pub(crate) fn past_the_policies(&self) -> &'static str {
        if self.faults.is_off(lab::Lock::Policy) {
            "; set local role watertight_lab_bypass"
        } else {
            ""
        }
    }

    /// Whether rows must say that they are the tenant's.
    pub(crate) fn stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
