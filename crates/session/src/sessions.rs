//! Starting, loading and ending sessions: the only place that makes a [`Session`].

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, EmployeeId, Role, TenantId};
use seal::Seals;
use tracing::field::display;

use crate::{
    SessionDigest, SessionId,
    backend::{Backend, Error, Owner, Question, Stored},
    id::RecordKey,
    locks::Locks,
    memory::MemoryBackend,
    record::Record,
    record_mac::{self, NotAuthentic},
    redis_backend::RedisBackend,
    replay::Replay,
    revocation::{Revocation, Subject},
    round_trip::{Replies, RoundTrip},
};

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Unused for this long, a session ends (ASVS 7.3.1).
    pub idle: Duration,
    /// However much it is used, a session ends after this long (ASVS 7.3.2); also the cookie's `Max-Age`.
    pub absolute: Duration,
    /// How many sessions an account may have at once. The next one ends the session that began first, so one account cannot fill the store.
    pub most_per_account: u16,
}

impl Default for Policy {
    /// Two hours idle, one day absolute, 20 sessions: more than one person has devices and browsers.
    fn default() -> Self {
        Self {
            idle: Duration::from_hours(2),
            absolute: Duration::from_hours(24),
            most_per_account: 20,
        }
    }
}

/// Someone whose password has just been found right.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// At which tenant.
    pub tenant: TenantId,
    /// With which account.
    pub account: AccountId,
    /// Their own employment, if the account has one.
    pub employee: Option<EmployeeId>,
    /// What they are there.
    pub role: Role,
    /// Whether it is a demonstration account. Its password is public, so a node without `WATERTIGHT_DEMO` refuses the session.
    pub demo: bool,
}

/// A session that was started.
#[derive(Debug)]
pub struct Started {
    /// What the cookie holds.
    pub id: SessionId,
    /// The session.
    pub session: Session,
    /// Sessions of the same account that ended because it had too many. The caller notes them as revoked, so that no old copy of the store brings them back.
    pub ended: Vec<SessionDigest>,
}

/// A session that was found, is not over, and belongs to the tenant it was asked for. There is no other way to have one.
#[derive(Clone, Debug)]
pub struct Session(Record);

impl Session {
    /// The tenant it belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.0.tenant
    }

    /// Whose it is.
    pub const fn account(&self) -> AccountId {
        self.0.account
    }

    /// The person's own employment, if the account has one.
    pub const fn employee(&self) -> Option<EmployeeId> {
        self.0.employee
    }

    /// What the person is at the tenant.
    pub const fn role(&self) -> Role {
        self.0.role
    }

    /// Whether the account was a demonstration account when the session started.
    pub const fn demo(&self) -> bool {
        self.0.demo
    }

    /// When they signed in.
    pub const fn signed_in_at(&self) -> DateTime<Utc> {
        self.0.signed_in_at
    }

    /// When it ends whatever they do.
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }
}

/// A question for the session of an id at a tenant, which is under way.
#[must_use = "a session that nobody reads need not be asked for"]
pub struct SessionQuestion {
    tenant: TenantId,
    key: RecordKey,
    question: Question,
}

/// The sessions of all tenants. Clones share the store.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) backend: Arc<dyn Backend>,
    policy: Policy,
    seals: Seals,
    locks: Locks,
}

impl Sessions {
    /// Sessions in this process. Records are authenticated under keys of `seals`.
    pub fn in_memory(backend: MemoryBackend, policy: Policy, seals: Seals) -> Self {
        Self { backend: Arc::new(backend), policy, seals, locks: Locks::default() }
    }

    /// Sessions in Redis. Records are authenticated under keys of `seals`, so all nodes need the same root key.
    pub fn in_redis(backend: RedisBackend, policy: Policy, seals: Seals) -> Self {
        Self { backend: Arc::new(backend), policy, seals, locks: Locks::default() }
    }

    /// The same sessions with the locks that the handle switches off.
    #[cfg(feature = "lab")]
    #[must_use]
    pub fn with_faults(mut self, faults: lab::Faults) -> Self {
        self.locks.faults = faults;
        self
    }

    /// How long sessions live here.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Starts a session under a fresh random id: whatever id the browser brought is never used again (row S2).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; then nobody is signed in.
    #[tracing::instrument(level = "debug", name = "session.record.create", skip_all)]
    pub async fn start(&self, who: SignedIn, now: DateTime<Utc>) -> Result<Started, Error> {
        let id = SessionId::random().map_err(Error::NoRandomness)?;
        let absolute = TimeDelta::from_std(self.policy.absolute).unwrap_or(TimeDelta::MAX);
        let SignedIn { tenant, account, employee, role, demo } = who;
        let record = Record {
            tenant,
            account,
            employee,
            role,
            demo,
            signed_in_at: now,
            expires_at: now + absolute,
        };
        let keep = self.policy.idle.min(self.policy.absolute);
        let owner = Owner { tenant, account };
        let key = id.record_key(tenant, &self.locks);
        let mut fields = record.to_fields();
        record_mac::set(&self.seals, tenant, &key, &mut fields);
        let most = self.policy.most_per_account;
        let ended = self.backend.create(&key, owner, fields, keep, most).await?;
        Ok(Started { id, session: Session(record), ended })
    }

    /// Adds the question for the session of this id at this tenant to a round trip. Sessions in this process need no trip.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] if there is no use in asking.
    pub fn ask(
        &self,
        trip: &mut RoundTrip,
        tenant: TenantId,
        id: &SessionId,
    ) -> Result<SessionQuestion, Error> {
        let key = id.record_key(tenant, &self.locks);
        let question = self.backend.ask(trip, &key)?;
        Ok(SessionQuestion { tenant, key, question })
    }

    /// The session that was asked for. Unknown, empty, forged, unreadable, expired and foreign are all `None` (row S7).
    ///
    /// A session that is used lives on: its record is kept for another idle time once a quarter of it has passed, not at every request (row S3).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; that is not `None`.
    #[tracing::instrument(level = "debug", name = "session.record.read", skip_all)]
    pub async fn read(
        &self,
        asked: SessionQuestion,
        replies: &mut Replies,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let SessionQuestion { tenant, key, question } = asked;
        let stored = self.backend.answer(question, replies)?;
        self.judge(tenant, &key, stored, now).await
    }

    /// The session of this id at this tenant, asked for on a round trip of its own.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; that is not `None`.
    #[tracing::instrument(level = "debug", name = "session.record.load", skip_all)]
    pub async fn load(
        &self,
        tenant: TenantId,
        id: &SessionId,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let key = id.record_key(tenant, &self.locks);
        let stored = self.backend.read(tenant, &key).await?;
        self.judge(tenant, &key, stored, now).await
    }

    /// Whether what was found is a session of this tenant, now.
    async fn judge(
        &self,
        tenant: TenantId,
        key: &RecordKey,
        stored: Option<Stored>,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let Some(stored) = stored else { return Ok(None) };
        if !self.is_authentic(tenant, key, &stored) {
            return Ok(None);
        }
        let (Some(record), Some(left)) = (Record::from_fields(&stored.fields), stored.left) else {
            tracing::warn!(%tenant, "session.record.unreadable");
            return Ok(None);
        };
        let Some(remaining) =
            (record.expires_at - now).to_std().ok().filter(|left| !left.is_zero())
        else {
            return Ok(None);
        };
        if record.tenant != tenant && self.locks.stamp() {
            let foreign = record.tenant;
            tracing::error!(alert = "session_tenant", %tenant, %foreign, "session.record.foreign_tenant");
            return Ok(None);
        }
        let keep = self.policy.idle.min(remaining);
        if left < keep.mul_f32(0.75) {
            let owner = Owner { tenant, account: record.account };
            self.backend.extend(key, owner, keep).await?;
        }
        Ok(Some(Session(record)))
    }

    /// The lock `SessionMac`: whether a node of ours wrote this record for this tenant under this key. If not, that is an alert.
    fn is_authentic(&self, tenant: TenantId, key: &RecordKey, stored: &Stored) -> bool {
        if !self.locks.session_mac() {
            return true;
        }
        match record_mac::verify(&self.seals, tenant, key, &stored.fields) {
            Ok(()) => true,
            Err(unknown @ NotAuthentic::UnknownRoot) => {
                tracing::warn!(%tenant, error = %unknown, "session.record.refused");
                false
            }
            Err(forged @ NotAuthentic::Forged) => {
                let claimed = Record::from_fields(&stored.fields).map(|record| record.tenant);
                let foreign = claimed.filter(|claimed| *claimed != tenant).map(display);
                tracing::error!(alert = "session_seal", %tenant, foreign, error = %forged, "session.record.refused");
                false
            }
        }
    }

    /// What stands in a revocation of this session.
    pub fn subject(&self, tenant: TenantId, id: &SessionId) -> Subject {
        Subject::Session(id.digest(tenant, &self.locks))
    }

    /// Ends what the revocation names, on every node at once (the third R). What is not there is no error, so it may be done again.
    /// Returns the life of the store in which it was done.
    ///
    /// There is no other way to end a session: an end that stands in no revocation would be undone by a Redis that comes back with an old dump.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; then it may still live, and the revocation must be carried out later.
    #[tracing::instrument(level = "debug", name = "session.record.revoke", skip_all)]
    pub async fn revoke(&self, revocation: &Revocation) -> Result<Option<String>, Error> {
        let prefix = RecordKey::prefix(revocation.tenant, &self.locks);
        self.backend.revoke(revocation, &prefix).await
    }

    /// Begins to tell the store of every revocation, if it could have forgotten any; until that is finished nobody is signed in.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer.
    pub async fn begin_replay(&self) -> Result<Option<Replay>, Error> {
        self.backend.begin_replay(self.locks.clone()).await
    }

    /// The life of the store that has heard of every revocation, as far as this node knows.
    pub fn incarnation(&self) -> Option<String> {
        self.backend.incarnation()
    }

    /// Whether the store answers and has heard of every revocation.
    ///
    /// # Errors
    /// [`Error`] if not.
    pub async fn ping(&self) -> Result<(), Error> {
        self.backend.ping().await
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
