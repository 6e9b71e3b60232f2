//! Decides whether a stored record is a valid session, and finds the record that continues a session whose id was replaced.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{SessionPolicy, TenantId};
use lab::Lock;
use tracing::field::display;

use super::{RECORD_TTL, Session, Sessions, renewal::is_still_accepted};
use crate::{
    error::Error,
    id::RecordKey,
    record::{self, Record, Stored},
    record_mac::{self, NotAuthentic},
    record_store::MAX_REPLACED,
};

impl Sessions {
    /// Returns the valid session of a stored record. If its id was replaced a short time ago, returns the session under its present id.
    pub(super) async fn accept(
        &self,
        tenant: TenantId,
        mut key: RecordKey,
        stored: Option<Stored>,
        policy: SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let Some(mut stored) = stored else { return Ok(None) };
        let mut before: Option<Record> = None;
        for _ in 0..=MAX_REPLACED {
            let Some(next) = stored.marks.replaced_by.as_deref() else {
                let session = self.validate(tenant, &key, &stored, policy, now);
                return Ok(session.and_then(|session| continues(before.as_ref(), session)));
            };
            let next = next.parse().map(|digest| key.sibling(&digest));
            let Some(record) = self.replaced(tenant, &key, &stored) else { return Ok(None) };
            let (Ok(next), true) = (next, is_one_sign_in(before.as_ref(), &record)) else {
                alert_foreign_link(tenant);
                return Ok(None);
            };
            let Some(found) = self.backend.read_record(tenant, &next).await? else {
                // The session has ended under its new id, so it has ended under the old one.
                return Ok(None);
            };
            (key, stored, before) = (next, found, Some(record));
        }
        Ok(None)
    }

    /// The record of an id that was replaced; `None` if it is not authentic or its time is over.
    fn replaced(&self, tenant: TenantId, key: &RecordKey, stored: &Stored) -> Option<Record> {
        if !is_still_accepted(stored.left?) || record::is_of_another_version(&stored.fields) {
            return None;
        }
        self.is_authentic(tenant, key, stored).then(|| Record::from_fields(&stored.fields))?
    }

    /// Decides whether the stored record is a valid session of this tenant at `now`. A record that was replaced is not one.
    pub(super) fn validate(
        &self,
        tenant: TenantId,
        key: &RecordKey,
        stored: &Stored,
        policy: SessionPolicy,
        now: DateTime<Utc>,
    ) -> Option<Session> {
        // A store may still hold a record whose time is over (row S6), or one that another version of this program wrote.
        if stored.left == Some(Duration::ZERO) || stored.marks.replaced_by.is_some() {
            return None;
        }
        if record::is_of_another_version(&stored.fields) {
            tracing::debug!(%tenant, "session.record.other_version");
            return None;
        }
        if !self.is_authentic(tenant, key, stored) {
            return None;
        }
        let (Some(record), Some(left)) = (Record::from_fields(&stored.fields), stored.left) else {
            tracing::warn!(%tenant, "session.record.unreadable");
            return None;
        };
        let unused = RECORD_TTL.saturating_sub(left);
        let last_seen_at = now - TimeDelta::from_std(unused).unwrap_or(TimeDelta::MAX);
        let role_changed_at = stored.marks.role_changed_at;
        let session = Session::new(key.clone(), record, now);
        let session = Session { policy, last_seen_at, role_changed_at, ..session };
        if unused >= policy.idle() || session.expires_at() <= now {
            return None;
        }
        if session.tenant() != tenant && self.faults.is_on(Lock::Stamp) {
            let foreign = session.tenant();
            tracing::error!(alert = "session_tenant", %tenant, %foreign, "session.record.foreign_tenant");
            return None;
        }
        Some(session)
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
}

/// Whether `record` is of the sign-in of the record that was replaced before it, if there is one.
fn is_one_sign_in(before: Option<&Record>, record: &Record) -> bool {
    before.is_none_or(|before| before.is_same_sign_in(record))
}

/// A record leads to one of another sign-in, which no node writes.
fn alert_foreign_link(tenant: TenantId) {
    tracing::error!(alert = "session_seal", %tenant, "session.record.foreign_link");
}

/// Returns the session, unless it belongs to another sign-in than the replaced record `before`. The MAC covers records, but not the store's link between them.
fn continues(before: Option<&Record>, session: Session) -> Option<Session> {
    if !is_one_sign_in(before, &session.record) {
        alert_foreign_link(session.tenant());
        return None;
    }
    Some(Session { by_replaced_id: before.is_some(), ..session })
}
