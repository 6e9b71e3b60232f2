//! One attack: a token, what it tries, and why it is refused.

use token::Refused;

use crate::pool::{RING, now};

/// What is tried, the token, and the reason for which it is refused.
pub(crate) type Attack = (&'static str, String, Refused);

/// Each of them is refused as an access token, with its reason; and as an ID token, whatever the reason.
#[track_caller]
pub(crate) fn all_are_refused(attacks: Vec<Attack>, at_least: usize) {
    assert!(attacks.len() >= at_least, "only {} attacks", attacks.len());
    for (what, token, reason) in attacks {
        assert_eq!(RING.verify_access(&token, now()).map(|_| ()), Err(reason), "{what}");
        assert!(RING.verify_id(&token, now()).is_err(), "{what}");
    }
}

/// The control: a token beside the attacks is accepted, so that they are not refused for a mistake of ours.
#[track_caller]
pub(crate) fn is_accepted(token: &str) {
    assert_eq!(RING.verify_access(token, now()).map(|_| ()), Ok(()));
}
