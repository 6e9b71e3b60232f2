//! Tokens that are over before they expire (row T5): a sign-in that was revoked, or a person who was signed out everywhere.
//!
//! Nobody keeps a list of tokens: what was revoked is kept for as long as a token that was issued before it could live, and then nothing is left of it.
//! A token is named by the sign-in that it comes of (`origin_jti`), never by its text, which can be encoded in more than one way.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{AccountId, OriginId, TenantId};

use crate::{
    backend::Error,
    incarnation::Mark,
    round_trip::{Asked, Replies, RoundTrip},
    sessions::Sessions,
};

/// How long a denial is kept: the longest life of a token with the most that clocks may be apart, and a minute (row T4b).
pub(crate) const KEPT: Duration = Duration::from_mins(17);

/// The sign-in that a token comes of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInOf {
    /// At which tenant.
    pub tenant: TenantId,
    /// Whose.
    pub account: AccountId,
    /// Its id; `None` of a sign-in elsewhere, of which we cannot revoke the one without the others.
    pub origin: Option<OriginId>,
    /// When it was, or when the token was issued if nobody says.
    pub at: DateTime<Utc>,
}

/// Whether a token is over, which is under way.
#[must_use = "a denial that nobody reads need not be asked for"]
pub struct DenialQuestion {
    at: DateTime<Utc>,
    /// Whether the sign-in has an id, by which it could have been revoked.
    named: bool,
    pub(crate) question: Asking,
}

/// As a back end asks it.
pub(crate) enum Asking {
    /// Asked of Redis, while it was in the life of this mark.
    Asked(Asked, Mark),
    /// Answered.
    Answered(Denied),
}

/// What stands against a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Denied {
    /// The sign-in that it comes of was revoked; means nothing if it has no id.
    pub(crate) sign_in: bool,
    /// All that the person had begun by then, in milliseconds, was revoked.
    pub(crate) until: Option<i64>,
}

impl Sessions {
    /// Adds the question whether a token of that sign-in is over to a round trip.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] while the store has not heard of every revocation.
    pub fn ask_denial(
        &self,
        trip: &mut RoundTrip,
        sign_in: &SignInOf,
    ) -> Result<DenialQuestion, Error> {
        let question = self.backend.ask_denial(trip, sign_in)?;
        Ok(DenialQuestion { at: sign_in.at, named: sign_in.origin.is_some(), question })
    }

    /// Whether it is.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; that is not «no».
    pub fn is_denied(&self, asked: DenialQuestion, replies: &mut Replies) -> Result<bool, Error> {
        let DenialQuestion { at, named, question } = asked;
        let denied = self.backend.answer_denial(question, replies)?;
        Ok(named && denied.sign_in
            || denied.until.is_some_and(|until| at.timestamp_millis() <= until))
    }
}

/// Where the denial of a sign-in stands.
pub(crate) fn sign_in_key(tenant: TenantId, origin: OriginId) -> String {
    format!("d:{{{tenant}}}:o:{origin}")
}

/// Where it stands until when all that an account had begun is denied.
pub(crate) fn account_key(tenant: TenantId, account: AccountId) -> String {
    format!("d:{{{tenant}}}:a:{account}")
}
