//! The locks that are checked while a request is bound: on, unless a laboratory build switches one off.

use crate::Api;

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_self, reason = "the laboratory build's version uses `self`")]
impl Api {
    /// Whether a token that was issued for another company than the host names is refused as soon as it is verified.
    pub(super) const fn keys_are_kept_apart(&self) -> bool {
        true
    }

    /// Whether the company on the bearer's record must be the one that the request is bound to.
    pub(super) const fn looks_at_stamps(&self) -> bool {
        true
    }
}

#[cfg(feature = "lab")]
impl Api {
    /// Whether a token that was issued for another company than the host names is refused as soon as it is verified.
    pub(super) fn keys_are_kept_apart(&self) -> bool {
        !self.faults.is_off(lab::Lock::SessionKey)
    }

    /// Whether the company on the bearer's record must be the one that the request is bound to.
    pub(super) fn looks_at_stamps(&self) -> bool {
        !self.faults.is_off(lab::Lock::Stamp)
    }
}
