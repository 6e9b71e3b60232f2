//! Revoked tokens that have not expired (row T5): their sign-in was revoked, or the account was signed out everywhere.
//!
//! There is no list of tokens. A revocation is kept for as long as a token issued before it can be valid, and then expires. It names the sign-in that a token
//! comes from (`origin_jti`), never the token's text, which can be encoded in more than one way.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{AccountId, OriginId, TenantId};

use crate::{
    backend::Error,
    generation::Marker,
    pipeline::{PendingReply, RedisPipeline, Replies},
    sessions::Sessions,
};

/// How long a revocation of tokens is kept: the longest token lifetime, plus the allowed clock difference, plus a minute (row T4b).
pub(crate) const KEPT: Duration = Duration::from_mins(17);

/// The sign-in that a token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenOrigin {
    /// The tenant of the account.
    pub tenant: TenantId,
    /// The account that signed in.
    pub account: AccountId,
    /// The id of the sign-in. `None` for a sign-in at an external issuer, which can only be revoked together with all others of the account.
    pub origin: Option<OriginId>,
    /// The time of the sign-in, or of the token's issue if the token does not say it.
    pub at: DateTime<Utc>,
}

/// A revocation check that was added to a pipeline. [`Sessions::is_revoked`] returns its result.
#[must_use = "read the result of this check with `Sessions::is_denied`"]
pub struct RevocationCheck {
    at: DateTime<Utc>,
    /// Whether the sign-in has an id under which it could have been revoked.
    named: bool,
    pub(crate) question: PendingRevocations,
}

/// The check as a back end holds it.
pub(crate) enum PendingRevocations {
    /// Sent to Redis, which had this generation marker at the time.
    Sent(PendingReply, Marker),
    /// Answered at once, by the memory back end.
    Answered(TokenRevocations),
}

/// The revocations that apply to a token's sign-in or account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TokenRevocations {
    /// The sign-in was revoked. Not used if the sign-in has no id.
    pub(crate) sign_in: bool,
    /// Every sign-in of the account until this time, in milliseconds since 1970, was revoked.
    pub(crate) until: Option<i64>,
}

impl Sessions {
    /// Adds the check whether a token of that sign-in is revoked to a pipeline.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] while the store has not replayed every revocation.
    pub fn ask_revocations(
        &self,
        trip: &mut RedisPipeline,
        sign_in: &TokenOrigin,
    ) -> Result<RevocationCheck, Error> {
        let question = self.backend.ask_revocations(trip, sign_in)?;
        Ok(RevocationCheck { at: sign_in.at, named: sign_in.origin.is_some(), question })
    }

    /// Returns whether the token is revoked.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, which is different from `false`.
    pub fn is_revoked(&self, asked: RevocationCheck, replies: &mut Replies) -> Result<bool, Error> {
        let RevocationCheck { at, named, question } = asked;
        let denied = self.backend.answer_denial(question, replies)?;
        Ok(named && denied.sign_in
            || denied.until.is_some_and(|until| at.timestamp_millis() <= until))
    }
}

/// The Redis key under which the revocation of one sign-in is stored.
pub(crate) fn sign_in_key(tenant: TenantId, origin: OriginId) -> String {
    format!("d:{{{tenant}}}:o:{origin}")
}

/// The Redis key of an account's latest "sign out everywhere": tokens of sign-ins until then are revoked.
pub(crate) fn account_key(tenant: TenantId, account: AccountId) -> String {
    format!("d:{{{tenant}}}:a:{account}")
}
