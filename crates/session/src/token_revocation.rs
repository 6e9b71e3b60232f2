//! Revoked tokens that have not expired (row T5): their sign-in was revoked, or the account was signed out everywhere.
//!
//! There is no list of tokens. A revocation is kept for as long as a token issued before it can be valid, and then expires. It names the sign-in that a token
//! comes from (`origin_jti`), never the token's text, which can be encoded in more than one way.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{AccountId, OriginId, TenantId};

/// How long a revocation of tokens is kept: the longest token lifetime, plus the allowed clock difference, plus a minute (row T4b).
pub(crate) const TOKEN_REVOCATION_TTL: Duration = Duration::from_mins(17);

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

/// The revocations that apply to a token's sign-in or account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TokenRevocations {
    /// The sign-in was revoked. Not used if the sign-in has no id.
    pub(crate) sign_in: bool,
    /// Every sign-in of the account until this time, in milliseconds since 1970, was revoked.
    pub(crate) until: Option<i64>,
}

impl TokenRevocations {
    /// Whether a token of this sign-in is revoked.
    pub(crate) fn apply_to(&self, origin: &TokenOrigin) -> bool {
        origin.origin.is_some() && self.sign_in
            || self.until.is_some_and(|until| origin.at.timestamp_millis() <= until)
    }
}

/// The key under which the revocation of one sign-in is stored.
pub(crate) fn sign_in_key(tenant: TenantId, origin: OriginId) -> String {
    format!("d:{{{tenant}}}:o:{origin}")
}

/// The key of an account's latest "sign out everywhere": tokens of sign-ins until then are revoked.
pub(crate) fn account_key(tenant: TenantId, account: AccountId) -> String {
    format!("d:{{{tenant}}}:a:{account}")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// T5: a revoked sign-in revokes its own tokens. A sign-out everywhere revokes the tokens of sign-ins until then, also of those without an id.
    #[test]
    fn a_revocation_applies_to_its_sign_in_or_to_all_earlier_ones() {
        let named = TokenOrigin {
            tenant: TenantId::from_uuid(Uuid::from_u128(1)),
            account: AccountId::from_uuid(Uuid::from_u128(2)),
            origin: Some(OriginId::from_uuid(Uuid::from_u128(3))),
            at: DateTime::UNIX_EPOCH,
        };
        let unnamed = TokenOrigin { origin: None, ..named };
        for (sign_in, until, revoked) in [
            (false, None, [false, false]),
            (true, None, [true, false]),
            (false, Some(-1), [false, false]),
            (false, Some(0), [true, true]),
        ] {
            let revocations = TokenRevocations { sign_in, until };
            let applied = [named, unnamed].map(|origin| revocations.apply_to(&origin));
            assert_eq!(applied, revoked, "{revocations:?}");
        }
    }
}
