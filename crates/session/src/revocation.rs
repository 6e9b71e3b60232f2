//! What must live no longer: one session, or every session that an account had begun by some moment.

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};

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
    /// Every session of this account.
    Account(AccountId),
}
