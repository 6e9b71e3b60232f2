//! Starts, loads and ends sessions. This is the only place that creates a [`Session`].

mod accept;
mod renewal;
mod session;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::{AccountId, SessionPolicy, TenantId};
use lab::Faults;
use seal::Seals;

use crate::{
    backend::Backend,
    batch::{PendingRecord, ReadBatch, Replies},
    device::Device,
    error::Error,
    id::{RecordKey, SessionDigest, SessionId},
    memory::MemoryBackend,
    record::{Fields, Owner, Record},
    record_mac,
    record_store::RecordStore,
    redis_backend::RedisBackend,
    replay::Replay,
    revocation::Revocation,
    store_backend::StoreBackend,
};
#[cfg(any(test, feature = "conformance"))]
pub(crate) use renewal::KEPT;
use session::absolute;
pub use session::{ListedSession, Session, SignedIn, Started};

/// How many sessions an account may have at the same time: more than one person has devices and browsers. One more sign-in ends the session that began first,
/// so that one account cannot fill the store.
pub const MAX_PER_ACCOUNT: u16 = 20;

/// How long a store keeps a record that nobody uses. The idle time of the policy may be shorter: it is checked when the record is read, so that a new policy is
/// in force at once.
pub(crate) const RECORD_TTL: Duration = SessionPolicy::LONGEST_IDLE;

/// A session lookup that was added to a batch. [`Sessions::read`] returns its result.
#[must_use = "read the result of this lookup with `Sessions::read`"]
pub struct PendingSession {
    tenant: TenantId,
    key: RecordKey,
    record: PendingRecord,
}

/// A record that is ready to be written under a fresh id.
struct Prepared {
    id: SessionId,
    key: RecordKey,
    record: Record,
    fields: Fields,
}

/// The sessions of all tenants. Clones share the back end.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) backend: Arc<dyn Backend>,
    max_per_account: u16,
    seals: Seals,
    pub(crate) faults: Faults,
}

impl Sessions {
    fn new(backend: Arc<dyn Backend>, seals: Seals) -> Self {
        Self { backend, max_per_account: MAX_PER_ACCOUNT, seals, faults: Faults::default() }
    }

    /// Keeps at most `max_per_account` sessions of an account in any back end. For the checks of back ends.
    #[cfg(any(test, feature = "conformance"))]
    pub(crate) fn with_backend(
        backend: Arc<dyn Backend>,
        max_per_account: u16,
        seals: Seals,
    ) -> Self {
        Self { max_per_account, ..Self::new(backend, seals) }
    }

    /// Keeps sessions in the memory of this process. `seals` provides the keys that authenticate records.
    pub fn in_memory(backend: MemoryBackend, seals: Seals) -> Self {
        Self::new(Arc::new(backend), seals)
    }

    /// Keeps sessions in Redis. `seals` provides the keys that authenticate records, so all nodes need the same root key.
    pub fn in_redis(backend: RedisBackend, seals: Seals) -> Self {
        Self::new(Arc::new(backend), seals)
    }

    /// Keeps session records in `records`, and revocations of tokens in Redis. `seals` provides the keys that authenticate records.
    pub fn in_store(records: Arc<dyn RecordStore>, tokens: RedisBackend, seals: Seals) -> Self {
        Self::new(Arc::new(StoreBackend::new(records, Arc::new(tokens))), seals)
    }

    /// Returns the same sessions with the locks off that `faults` names.
    #[must_use]
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Starts a session under a fresh random id. An id that the browser sent is never reused (row S2).
    ///
    /// # Errors
    /// [`Error::Revoked`] if the account's sessions until `now` were revoked in the meantime; another [`Error`] if the store does not answer. No session was
    /// started for the caller.
    #[tracing::instrument(level = "debug", name = "session.record.create", skip_all)]
    pub async fn start(&self, signed_in: SignedIn, now: DateTime<Utc>) -> Result<Started, Error> {
        let SignedIn { tenant, account, employee, role, demo, policy, authenticated_at, device } =
            signed_in;
        let expires_at = now + absolute(policy);
        let record = Record {
            tenant,
            account,
            employee,
            role,
            demo,
            policy,
            signed_in_at: now,
            authenticated_at: authenticated_at.unwrap_or(now),
            expires_at,
            device: Vec::new(),
        };
        self.create(record, &device, None, now).await
    }

    /// Writes a record under a fresh random id.
    async fn create(
        &self,
        record: Record,
        device: &Device,
        replaces: Option<&RecordKey>,
        now: DateTime<Utc>,
    ) -> Result<Started, Error> {
        let Prepared { id, key, record, fields } = self.prepare(record, device)?;
        let (owner, limit) = (record.owner(), self.max_per_account);
        let created = self.backend.create(&key, owner, fields, RECORD_TTL, limit, replaces);
        let ended = created.await?;
        Ok(Started { id, session: Session::new(key, record, now), ended })
    }

    /// Encodes a record for a fresh random id.
    fn prepare(&self, mut record: Record, device: &Device) -> Result<Prepared, Error> {
        let id = SessionId::random().map_err(Error::NoRandomness)?;
        let (tenant, key) = (record.tenant, id.record_key(record.tenant, &self.faults));
        record.device = device.seal(&self.seals, tenant, &key).map_err(Error::DeviceSealing)?;
        let mut fields = record.to_fields();
        record_mac::set(&self.seals, tenant, &key, &mut fields);
        Ok(Prepared { id, key, record, fields })
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

    /// Returns the session that was looked up, if it is valid under the tenant's session policy of now. An unknown, empty, forged, unreadable or expired session
    /// and one of another tenant are all `None` (row S7). An id that was replaced after a change of role finds the session for ten seconds more.
    ///
    /// Reading a session extends it: once a tenth of the idle time has passed, the idle time begins again. It is not written on every request (row S3).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply, which are all different from `None`.
    #[tracing::instrument(level = "debug", name = "session.record.read", skip_all)]
    pub async fn read(
        &self,
        pending: PendingSession,
        replies: &mut Replies,
        policy: SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let PendingSession { tenant, key, record } = pending;
        let stored = record.read(replies).await?;
        let session = self.accept(tenant, key, stored, policy, now).await?;
        self.extend(session, now).await
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
        policy: SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let key = id.record_key(tenant, &self.faults);
        let stored = self.backend.read_record(tenant, &key).await?;
        let session = self.accept(tenant, key, stored, policy, now).await?;
        self.extend(session, now).await
    }

    /// Lists the valid sessions of an account, the last used one first. Does not extend them.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply.
    #[tracing::instrument(level = "debug", name = "session.record.list", skip_all)]
    pub async fn list(
        &self,
        tenant: TenantId,
        account: AccountId,
        policy: SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Vec<ListedSession>, Error> {
        let prefix = RecordKey::prefix(tenant, &self.faults);
        let records = self.backend.list(Owner { tenant, account }, &prefix).await?;
        let listed = records.into_iter().filter_map(|(key, stored)| {
            let session = self.validate(tenant, &key, &stored, policy, now)?;
            let device = Device::open(&self.seals, tenant, &key, &session.record.device);
            // The store's index is not authenticated, and the record is.
            (session.account() == account).then(|| ListedSession {
                digest: key.to_digest(),
                session,
                device,
            })
        });
        let mut listed: Vec<_> = listed.collect();
        listed.sort_by_key(|listed| std::cmp::Reverse(listed.session.last_seen_at));
        Ok(listed)
    }

    /// Begins the idle time of a session again if a tenth of it has passed.
    async fn extend(
        &self,
        session: Option<Session>,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let Some(session) = session else { return Ok(None) };
        let unused = (now - session.last_seen_at).to_std().unwrap_or_default();
        if unused < session.policy.idle() / 10 {
            return Ok(Some(session));
        }
        self.backend.extend(&session.key, session.record.owner(), RECORD_TTL).await?;
        Ok(Some(Session { extended: true, ..session }))
    }

    /// Returns the digest that names the session with this id at this tenant where the id must not appear.
    pub fn digest(&self, tenant: TenantId, id: &SessionId) -> SessionDigest {
        id.digest(tenant, &self.faults)
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
