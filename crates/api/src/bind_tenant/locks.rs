//! The locks that are checked while a request is bound: on, unless a laboratory build switches one off.

use crate::Api;

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_self, reason = "the laboratory build's version uses `self`")]
impl Api {
    /// Whether a token that was issued for another company than the host names is refused as soon as it is verified.
    pub(super) const fn refuses_foreign_keys(&self) -> bool {
        true
    }

    /// Whether the company on the bearer's record must be the one that the request is bound to.
    pub(super) const fn checks_stamp(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Api {
    /// Whether a token that was issued for another company than the host names is refused as soon as it is verified.
    pub(super) fn refuses_foreign_keys(&self) -> bool {
        !self.faults.is_off(lab::Lock::SessionKey)
    }

    /// Whether the company on the bearer's record must be the one that the request is bound to.
    pub(super) fn checks_stamp(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
