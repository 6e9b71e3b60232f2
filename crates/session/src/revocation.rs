//! What must live no longer: one session, the tokens of one sign-in, or all that an account had begun by some moment.

use chrono::{DateTime, Utc};
use domain::{AccountId, OriginId, TenantId};

use crate::SessionDigest;

/// An order that stands in PostgreSQL before Redis hears of it, so that no Redis can forget it. It holds ids and digests only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// At which tenant.
    pub tenant: TenantId,
    /// What is revoked.
    pub subject: Subject,
    /// When, by the clock of PostgreSQL. Sessions that an account begins later are not meant.
    pub revoked_at: DateTime<Utc>,
}

/// What a revocation ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One session.
    Session(SessionDigest),
    /// Every session of this account, and every token that comes of a sign-in of theirs.
    Account(AccountId),
    /// Every token that comes of this sign-in (row T5).
    Tokens(OriginId),
}
