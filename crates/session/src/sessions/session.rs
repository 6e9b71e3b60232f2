//! What a session begins with, a valid session, and an entry in a list of them.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, EmployeeId, Role, SessionPolicy, TenantId};

use crate::{
    device::Device,
    id::{RecordKey, SessionDigest, SessionId},
    record::Record,
};

/// An account whose password was just verified.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The tenant at which the account signed in.
    pub tenant: TenantId,
    /// The account that signed in.
    pub account: AccountId,
    /// The account's own employment, if it has one.
    pub employee: Option<EmployeeId>,
    /// The account's role at the tenant.
    pub role: Role,
    /// Whether it is a demonstration account. Its password is public, so a node without `WATERTIGHT_DEMO` refuses the session.
    pub demo: bool,
    /// The session policy of the tenant.
    pub policy: SessionPolicy,
    /// When the user gave the password, if that was not now.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// The device that the user signed in from.
    pub device: Device,
}

/// The result of a sign-in.
#[derive(Debug)]
pub struct Started {
    /// The new session id: the value of the cookie.
    pub id: SessionId,
    /// The session that was created.
    pub session: Session,
    /// Digests of older sessions of the account that ended because it had too many. The caller stores them as revoked, so that an old copy of the store cannot
    /// bring them back.
    pub ended: Vec<SessionDigest>,
}

/// A valid session: it was found, has not expired, and belongs to the requested tenant. Only `sessions` can create one.
#[derive(Clone, Debug)]
pub struct Session {
    /// Where the record is stored. Not the key of the id in the request, if that id was replaced.
    pub(super) key: RecordKey,
    pub(super) record: Record,
    pub(super) policy: SessionPolicy,
    pub(super) last_seen_at: DateTime<Utc>,
    pub(super) extended: bool,
    /// The mark of the record, see [`crate::Marks`].
    pub(super) role_changed_at: Option<i64>,
    /// Whether it was found by an id that was replaced.
    pub(super) by_replaced_id: bool,
}

/// One of the sessions of an account.
#[derive(Clone, Debug)]
pub struct ListedSession {
    /// The digest of its id. It names the session to its owner and signs nobody in.
    pub digest: SessionDigest,
    /// The session itself, with its times.
    pub session: Session,
    /// The device that the user signed in from.
    pub device: Device,
}

impl Session {
    /// A session whose record was written or used at `now`.
    pub(super) fn new(key: RecordKey, record: Record, now: DateTime<Utc>) -> Self {
        Self {
            key,
            policy: record.policy,
            record,
            last_seen_at: now,
            extended: false,
            role_changed_at: None,
            by_replaced_id: false,
        }
    }

    /// The digest that names the session where its id must not appear. If the session was found by an id that was replaced, this is the digest of the present id.
    pub fn digest(&self) -> SessionDigest {
        self.key.to_digest()
    }

    /// Where the record of the session is stored.
    pub(crate) const fn key(&self) -> &RecordKey {
        &self.key
    }

    /// The tenant that the session belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.record.tenant
    }

    /// The account that signed in.
    pub const fn account(&self) -> AccountId {
        self.record.account
    }

    /// The account's own employment, if it has one.
    pub const fn employee(&self) -> Option<EmployeeId> {
        self.record.employee
    }

    /// The account's role at the tenant: when the session started, or since it was last changed.
    pub const fn role(&self) -> Role {
        self.record.role
    }

    /// Whether the account was a demonstration account when the session started.
    pub const fn demo(&self) -> bool {
        self.record.demo
    }

    /// The tenant's session policy, as it is now.
    pub const fn policy(&self) -> SessionPolicy {
        self.policy
    }

    /// The time of the sign-in.
    pub const fn signed_in_at(&self) -> DateTime<Utc> {
        self.record.signed_in_at
    }

    /// When the user gave the password: before the sign-in if the device was remembered.
    pub const fn authenticated_at(&self) -> DateTime<Utc> {
        self.record.authenticated_at
    }

    /// The time of the last request before this one, up to a tenth of the idle time too early.
    pub const fn last_seen_at(&self) -> DateTime<Utc> {
        self.last_seen_at
    }

    /// The absolute expiry, which no activity extends: the earlier of the expiry at sign-in and that of the policy of now.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.record.expires_at.min(self.record.signed_in_at + absolute(self.policy))
    }

    /// Whether the browser needs the cookie again: its lifetime and its attributes follow the policy, which may have changed since the sign-in and may have
    /// changed back. Never for a replaced id: the browser has got the new one.
    pub fn needs_cookie(&self) -> bool {
        !self.by_replaced_id && (self.extended || self.policy != self.record.policy)
    }
}

/// The absolute lifetime of sessions under a policy.
pub(super) fn absolute(policy: SessionPolicy) -> TimeDelta {
    TimeDelta::from_std(policy.absolute()).unwrap_or(TimeDelta::MAX)
}
