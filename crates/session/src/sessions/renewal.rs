//! Continues sessions under a new id: after the user entered the password again, and after the account's role was changed (row S2).

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{EmployeeId, Role, TenantId};

use super::{Prepared, RECORD_TTL, Session, Sessions, Started};
use crate::{
    device::Device,
    error::Error,
    id::{RecordKey, SessionDigest},
    record::Record,
    record_store::Renewal,
};

/// How long an id is accepted after it was replaced because of a change of role. Requests under way and other tabs still send it.
const ACCEPTED: Duration = Duration::from_secs(10);
/// How much longer the store keeps the record of a replaced id. It is not accepted then, but a sign-out that began with the old id still finds the new one.
const KEPT_AFTER: Duration = Duration::from_secs(20);
/// How long the store keeps the record of a replaced id.
pub(crate) const KEPT: Duration = ACCEPTED.saturating_add(KEPT_AFTER);

/// Whether a replaced id is still accepted, if its record is kept for the time `left`.
pub(super) fn is_still_accepted(left: Duration) -> bool {
    left > KEPT_AFTER
}

impl Sessions {
    /// Continues a session under a fresh id, with the same sign-in, device and absolute expiry. The old id ends in the same step, so a session that has ended in
    /// the meantime does not come back. `authenticated_at` is the time when the user entered the password again, if that is the reason.
    ///
    /// # Errors
    /// [`Error::Revoked`] if the session has ended or was renewed in the meantime; otherwise as [`Self::start`].
    #[tracing::instrument(level = "debug", name = "session.record.replace", skip_all)]
    pub async fn replace(
        &self,
        session: &Session,
        authenticated_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Started, Error> {
        let authenticated_at = authenticated_at.unwrap_or(session.record.authenticated_at);
        let record = Record { authenticated_at, ..session.current_record() };
        let device = self.device_of(session);
        let mut started = self.create(record, &device, Some(&session.key), now).await?;
        // The store moves the mark of a changed role to the new record.
        started.session.role_changed_at = session.role_changed_at;
        Ok(started)
    }

    /// Continues a session whose role was changed under a fresh id, with the role and the employment that `session` has now, see [`Session::with_rights`]. The
    /// sign-in, the device and the absolute expiry stay the same. The old id finds the session for ten seconds more, and then it ends.
    ///
    /// Of several requests with the old id one continues the session. Returns `None` for the others, if the role was changed again, if the session has ended, and
    /// if its role was not changed.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer. The session may have been continued; its new id is lost then.
    #[tracing::instrument(level = "debug", name = "session.record.renew", skip_all)]
    pub async fn renew(
        &self,
        session: &Session,
        now: DateTime<Utc>,
    ) -> Result<Option<Started>, Error> {
        let Some(marked_at) = session.role_changed_at else { return Ok(None) };
        let prepared = self.prepare(session.current_record(), &self.device_of(session))?;
        let Prepared { id, key, record, fields } = prepared;
        let renewal = Renewal {
            key: key.clone(),
            owner: record.owner(),
            fields,
            ttl: RECORD_TTL,
            replaces: session.key.clone(),
            marked_at,
            kept: KEPT,
        };
        let renewed = self.backend.renew(renewal).await?;
        let ended = Vec::new();
        Ok(renewed.then(|| Started { id, session: Session::new(key, record, now), ended }))
    }

    /// Reads a session again, under its present id if it was renewed in the meantime. `None` if it has ended.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply.
    pub async fn reload(
        &self,
        session: &Session,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let (tenant, key) = (session.tenant(), session.key.clone());
        let stored = self.backend.read_record(tenant, &key).await?;
        self.accept(tenant, key, stored, session.policy, now).await
    }

    /// The digest of the session that continues the one with this digest after a change of role; `None` if it was not continued, or if the store has forgotten
    /// that.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply.
    pub async fn continued_as(
        &self,
        tenant: TenantId,
        digest: &SessionDigest,
    ) -> Result<Option<SessionDigest>, Error> {
        let key = RecordKey::of(&RecordKey::prefix(tenant, &self.faults), digest);
        let stored = self.backend.read_record(tenant, &key).await?;
        let next = stored.and_then(|stored| stored.marks.replaced_by);
        Ok(next.and_then(|next| next.parse().ok()))
    }

    fn device_of(&self, session: &Session) -> Device {
        Device::open(&self.seals, session.tenant(), &session.key, &session.record.device)
    }
}

impl Session {
    /// Whether the account's role was changed since the session began. The caller then reads the present role, and calls [`Self::with_rights`] and
    /// [`Sessions::renew`].
    pub const fn has_changed_role(&self) -> bool {
        self.role_changed_at.is_some()
    }

    /// The same session with the present role and employment of its account.
    #[must_use]
    pub fn with_rights(self, role: Role, employee: Option<EmployeeId>) -> Self {
        Self { record: Record { employee, role, ..self.record }, ..self }
    }

    /// The record of the session, with the policy of now.
    fn current_record(&self) -> Record {
        Record { policy: self.policy, ..self.record.clone() }
    }
}
