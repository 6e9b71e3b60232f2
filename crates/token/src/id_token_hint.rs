//! An ID token of ours that may have expired. It identifies the sign-in to end; it proves nothing.

use chrono::{DateTime, Utc};
use domain::{AccountId, ClientId, OriginId, PoolId};

use crate::VerifiedId;

/// The claims of an ID token whose signature is valid but which may have expired. That is enough for signing out (OpenID Connect RP-Initiated Logout §2). It is
/// a type of its own, so that it cannot be used as a valid ID token.
#[derive(Clone, Debug)]
pub struct IdTokenHint(VerifiedId);

impl IdTokenHint {
    /// Only the key ring calls this, after it verified the signature.
    pub(crate) const fn of(id: VerifiedId) -> Self {
        Self(id)
    }

    /// The pool that issued the token.
    pub fn pool(&self) -> &PoolId {
        self.0.pool()
    }

    /// The application that the token was issued to.
    pub const fn client(&self) -> &ClientId {
        self.0.client()
    }

    /// When the token was issued.
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.0.issued_at()
    }

    /// The account of the user.
    pub const fn account(&self) -> AccountId {
        self.0.account()
    }

    /// The sign-in that the token was issued for.
    pub const fn origin(&self) -> OriginId {
        self.0.origin()
    }
}
