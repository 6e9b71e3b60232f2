//! Forged tokens, each with the reason why it must be refused.

use token::InvalidToken;

use crate::pool::{RING, now};

/// A description of the attack, the token, and the expected reason.
pub(crate) type Attack = (&'static str, String, InvalidToken);

/// Asserts that each token is refused as an access token for its reason, and as an ID token for any reason.
#[track_caller]
pub(crate) fn all_are_refused(attacks: Vec<Attack>, at_least: usize) {
    assert!(attacks.len() >= at_least, "only {} attacks", attacks.len());
    for (what, token, reason) in attacks {
        assert_eq!(RING.verify_access(&token, now()).map(|_| ()), Err(reason), "{what}");
        assert!(RING.verify_id(&token, now()).is_err(), "{what}");
    }
}

/// Asserts that a valid token is accepted. This is the control: it shows that the attacks are not refused because of a mistake in the test.
#[track_caller]
pub(crate) fn is_accepted(token: &str) {
    assert_eq!(RING.verify_access(token, now()).map(|_| ()), Ok(()));
}
