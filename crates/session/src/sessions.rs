//! Starts, loads and ends sessions. This is the only place that creates a [`Session`].

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, EmployeeId, Role, TenantId};
use lab::{Faults, Lock};
use seal::Seals;
use tracing::field::display;

use crate::{
    backend::Backend,
    batch::{PendingRecord, ReadBatch, Replies},
    error::Error,
    id::{RecordKey, SessionDigest, SessionId},
    memory::MemoryBackend,
    record::{Owner, Record, Stored},
    record_mac::{self, NotAuthentic},
    record_store::RecordStore,
    redis_backend::RedisBackend,
    replay::Replay,
    revocation::{Revocation, Subject},
    store_backend::StoreBackend,
};

/// Session lifetimes, and the limit of sessions per account.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// A session expires after this time without a request (ASVS 7.3.1).
    pub idle: Duration,
    /// A session expires this long after sign-in, even if it is used (ASVS 7.3.2). Also the cookie's `Max-Age`.
    pub absolute: Duration,
    /// How many sessions an account may have at the same time. One more sign-in ends the session that began first, so that one account cannot fill the store.
    pub most_per_account: u16,
}

impl Default for Policy {
    /// Two hours idle, one day absolute, and 20 sessions: more than one person has devices and browsers.
    fn default() -> Self {
        Self {
            idle: Duration::from_hours(2),
            absolute: Duration::from_hours(24),
            most_per_account: 20,
        }
    }
}

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

/// A valid session: it was found, has not expired, and belongs to the requested tenant. Only this module can create one.
#[derive(Clone, Debug)]
pub struct Session(Record);

impl Session {
    /// The tenant that the session belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.0.tenant
    }

    /// The account that signed in.
    pub const fn account(&self) -> AccountId {
        self.0.account
    }

    /// The account's own employment, if it has one.
    pub const fn employee(&self) -> Option<EmployeeId> {
        self.0.employee
    }

    /// The account's role at the tenant when the session started.
    pub const fn role(&self) -> Role {
        self.0.role
    }

    /// Whether the account was a demonstration account when the session started.
    pub const fn demo(&self) -> bool {
        self.0.demo
    }

    /// The time of the sign-in.
    pub const fn signed_in_at(&self) -> DateTime<Utc> {
        self.0.signed_in_at
    }

    /// The absolute expiry, which no activity extends.
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }
}

/// A session lookup that was added to a batch. [`Sessions::read`] returns its result.
#[must_use = "read the result of this lookup with `Sessions::read`"]
pub struct PendingSession {
    tenant: TenantId,
    key: RecordKey,
    record: PendingRecord,
}

/// The sessions of all tenants. Clones share the back end.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) backend: Arc<dyn Backend>,
    policy: Policy,
    seals: Seals,
    faults: Faults,
}

impl Sessions {
    /// Keeps sessions in any back end. For the checks of back ends.
    #[cfg(any(test, feature = "conformance"))]
    pub(crate) fn with_backend(backend: Arc<dyn Backend>, policy: Policy, seals: Seals) -> Self {
        Self { backend, policy, seals, faults: Faults::default() }
    }

    /// Keeps sessions in the memory of this process. `seals` provides the keys that authenticate records.
    pub fn in_memory(backend: MemoryBackend, policy: Policy, seals: Seals) -> Self {
        Self { backend: Arc::new(backend), policy, seals, faults: Faults::default() }
    }

    /// Keeps sessions in Redis. `seals` provides the keys that authenticate records, so all nodes need the same root key.
    pub fn in_redis(backend: RedisBackend, policy: Policy, seals: Seals) -> Self {
        Self { backend: Arc::new(backend), policy, seals, faults: Faults::default() }
    }

    /// Keeps session records in `records`, and revocations of tokens in Redis. `seals` provides the keys that authenticate records.
    pub fn in_store(
        records: Arc<dyn RecordStore>,
        tokens: RedisBackend,
        policy: Policy,
        seals: Seals,
    ) -> Self {
        let backend = Arc::new(StoreBackend::new(records, Arc::new(tokens)));
        Self { backend, policy, seals, faults: Faults::default() }
    }

    /// Returns the same sessions with the locks off that `faults` names.
    #[must_use]
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// The session lifetimes and the limit per account in use.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Starts a session under a fresh random id. An id that the browser sent is never reused (row S2).
    ///
    /// # Errors
    /// [`Error::Revoked`] if the account's sessions until `now` were revoked in the meantime; another [`Error`] if the store does not answer. No session was
    /// started for the caller.
    #[tracing::instrument(level = "debug", name = "session.record.create", skip_all)]
    pub async fn start(&self, signed_in: SignedIn, now: DateTime<Utc>) -> Result<Started, Error> {
        let id = SessionId::random().map_err(Error::NoRandomness)?;
        let absolute = TimeDelta::from_std(self.policy.absolute).unwrap_or(TimeDelta::MAX);
        let SignedIn { tenant, account, employee, role, demo } = signed_in;
        let record = Record {
            tenant,
            account,
            employee,
            role,
            demo,
            signed_in_at: now,
            expires_at: now + absolute,
        };
        let ttl = self.policy.idle.min(self.policy.absolute);
        let key = id.record_key(tenant, &self.faults);
        let mut fields = record.to_fields();
        record_mac::set(&self.seals, tenant, &key, &mut fields);
        let limit = self.policy.most_per_account;
        let ended = self.backend.create(&key, record.owner(), fields, ttl, limit).await?;
        Ok(Started { id, session: Session(record), ended })
    }

    /// Adds the lookup of the session with this id at this tenant to a batch. The memory back end answers at once and adds nothing.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] if the store has not replayed the latest revocations, so its reply could not be trusted.
    pub fn ask(
        &self,
        batch: &mut ReadBatch,
        tenant: TenantId,
        id: &SessionId,
    ) -> Result<PendingSession, Error> {
        let key = id.record_key(tenant, &self.faults);
        let record = self.backend.ask_record(batch, tenant, &key)?;
        Ok(PendingSession { tenant, key, record })
    }

    /// Returns the session that was looked up. An unknown, empty, forged, unreadable or expired session and one of another tenant are all `None` (row S7).
    ///
    /// Reading a session extends it: once a quarter of the idle time has passed, the record gets the full idle time again. It is not written on every request
    /// (row S3).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply, which are all different from `None`.
    #[tracing::instrument(level = "debug", name = "session.record.read", skip_all)]
    pub async fn read(
        &self,
        pending: PendingSession,
        replies: &mut Replies,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let PendingSession { tenant, key, record } = pending;
        let stored = record.read(replies).await?;
        self.validate(tenant, &key, stored, now).await
    }

    /// Looks up the session with this id at this tenant in a round trip of its own.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply, which are all different from `None`.
    #[tracing::instrument(level = "debug", name = "session.record.load", skip_all)]
    pub async fn load(
        &self,
        tenant: TenantId,
        id: &SessionId,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let key = id.record_key(tenant, &self.faults);
        let stored = self.backend.read_record(tenant, &key).await?;
        self.validate(tenant, &key, stored, now).await
    }

    /// Decides whether the stored record is a valid session of this tenant at `now`.
    async fn validate(
        &self,
        tenant: TenantId,
        key: &RecordKey,
        stored: Option<Stored>,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        // A store may still hold a record whose idle time is over (row S6).
        let Some(stored) = stored.filter(|stored| stored.left != Some(Duration::ZERO)) else {
            return Ok(None);
        };
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
        if record.tenant != tenant && self.faults.is_on(Lock::Stamp) {
            let foreign = record.tenant;
            tracing::error!(alert = "session_tenant", %tenant, %foreign, "session.record.foreign_tenant");
            return Ok(None);
        }
        let ttl = self.policy.idle.min(remaining);
        if left < ttl.mul_f32(0.75) {
            let owner = Owner { tenant, account: record.account };
            self.backend.extend(key, owner, ttl).await?;
        }
        Ok(Some(Session(record)))
    }

    /// The lock `SessionMac`: returns whether a node with our root key wrote this record for this tenant under this key. A forged record is an alert.
    fn is_authentic(&self, tenant: TenantId, key: &RecordKey, stored: &Stored) -> bool {
        if self.faults.is_off(Lock::SessionMac) {
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

    /// Returns the subject of a revocation that ends this session.
    pub fn subject(&self, tenant: TenantId, id: &SessionId) -> Subject {
        Subject::Session(id.digest(tenant, &self.faults))
    }

    /// Ends everything that the revocation names, on every node at once (the third R). Repeating it is safe: a missing session is not an error. Returns the
    /// generation of the store that carried it out.
    ///
    /// Every end of a session is a revocation. A Redis that restarts with an old dump would undo any other deletion.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the session may still be valid, and the caller must carry out the revocation later.
    #[tracing::instrument(level = "debug", name = "session.record.revoke", skip_all)]
    pub async fn revoke(&self, revocation: &Revocation) -> Result<Option<String>, Error> {
        let prefix = RecordKey::prefix(revocation.tenant, &self.faults);
        self.backend.revoke(revocation, &prefix).await
    }

    /// Begins the replay of all revocations if the store may have lost any; `None` if it has not. Until the replay is finished, no session is accepted.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer.
    pub async fn begin_replay(&self) -> Result<Option<Replay>, Error> {
        let target = self.backend.begin_replay().await?;
        Ok(target.map(|target| Replay::new(target, self.faults.clone())))
    }

    /// The generation of the store that has replayed every revocation, as far as this node knows.
    pub fn generation(&self) -> Option<String> {
        self.backend.generation()
    }

    /// Checks that the store answers and has replayed every revocation.
    ///
    /// # Errors
    /// [`Error`] if it does not answer or has not replayed them.
    pub async fn ping(&self) -> Result<(), Error> {
        self.backend.ping().await
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
