//! An ID token of ours that may be over: a hint at whose sign-in somebody means, and no proof of anything.

use chrono::{DateTime, Utc};
use domain::{AccountId, ClientId, OriginId, PoolId};

use crate::VerifiedId;

/// What an ID token said when it was good. Its signature held; that its time is over does not matter to what it is shown for, which is signing out
/// (OpenID Connect RP-Initiated Logout §2). It is another type, so that nobody takes it for a token that is good.
#[derive(Clone, Debug)]
pub struct IdHint(VerifiedId);

impl IdHint {
    /// Only the key ring makes one.
    pub(crate) const fn of(id: VerifiedId) -> Self {
        Self(id)
    }

    /// The pool that issued it.
    pub fn pool(&self) -> &PoolId {
        self.0.pool()
    }

    /// The application it was given to.
    pub const fn client(&self) -> &ClientId {
        self.0.client()
    }

    /// When it was issued.
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.0.issued_at()
    }

    /// Whose account.
    pub const fn account(&self) -> AccountId {
        self.0.account()
    }

    /// The sign-in that it came of.
    pub const fn origin(&self) -> OriginId {
        self.0.origin()
    }
}
