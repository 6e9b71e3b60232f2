//! Revocations: the end of one session, of one sign-in's tokens, or of everything that an account began before some time; and changes of an account's role.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, OriginId, SessionPolicy, TenantId};

use crate::id::SessionDigest;

/// How much longer a revocation is kept than the sessions or tokens that it ends, because clocks may differ.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// A revocation. PostgreSQL stores it before Redis carries it out, so that it can be carried out again in a Redis that lost data. It holds ids and digests
/// only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The tenant of the session, account or sign-in.
    pub tenant: TenantId,
    /// The session, account or sign-in that is revoked.
    pub subject: Subject,
    /// The time by PostgreSQL's clock. Sessions that an account begins later stay valid.
    pub revoked_at: DateTime<Utc>,
}

impl Revocation {
    /// Until when a revocation that is recorded at `now` must be kept: everything that it ends has expired by then.
    pub fn kept_until(now: DateTime<Utc>) -> DateTime<Utc> {
        let absolute = TimeDelta::from_std(SessionPolicy::LONGEST).unwrap_or(TimeDelta::MAX);
        now + absolute + MARGIN
    }
}

/// The object of a revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One session, by its digest; also under the id that continues it after a change of role.
    Session(SessionDigest),
    /// The id of a session that continues under another id after a change of role. A store that knows the other id keeps the old record until it expires, some
    /// seconds later. An old copy of the store has the record without it: there it ends.
    Replaced(SessionDigest),
    /// Every session of this account, and every token that comes from one of its sign-ins.
    Account(AccountId),
    /// The role of this account: its sessions are marked, so that they continue with the present role, and every token that comes from one of its sign-ins is
    /// revoked (row S2).
    Role(AccountId),
    /// Every token that comes from this sign-in (row T5).
    Tokens(OriginId),
}
