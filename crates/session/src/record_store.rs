//! A store that holds session records outside of Redis. Crates that implement one see encoded records, and never a session id.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::TenantId;
use futures_util::future::BoxFuture;

use crate::{
    error::Error,
    id::{RecordKey, SessionDigest},
    record::{self, Fields, Owner, Stored},
};

/// Stores session records. It makes no decisions: this crate authenticates every record and checks its expiry and its tenant.
///
/// Each method is one operation that takes effect as a whole or not at all, also if the caller stops waiting. [`crate::conformance`] checks every
/// implementation.
pub trait RecordStore: Send + Sync {
    /// Writes a new record. If its owner then has more than `most` records, deletes those that began first, and returns their digests. The new record counts,
    /// but is not deleted. Records that were replaced by [`Self::renew`] do not count. Records that began at the same time are deleted in the order of their
    /// digests.
    ///
    /// If the record takes the place of another one, that one is deleted, and the new record gets its mark of a changed role.
    ///
    /// # Errors
    /// [`Error::Revoked`] if a revocation or a change of role of the account that is not older than the record was carried out before, unless the record takes
    /// the place of another one; or if that one does not exist or was replaced by [`Self::renew`]. The record is then not written.
    /// Any other error if the store does not answer; the record may have been written.
    fn create(&self, record: NewRecord) -> BoxFuture<'static, Result<Vec<SessionDigest>, Error>>;

    /// Returns the record, also if it has expired and was not deleted yet. `None` if there is no record. The lookup begins when this method is called, so that
    /// it runs while Redis answers other questions about the request.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer or sends an unexpected reply.
    fn read(
        &self,
        tenant: TenantId,
        key: &RecordKey,
    ) -> BoxFuture<'static, Result<Option<Stored>, Error>>;

    /// Returns the records of an account, each with the text of its key, in any order. Records that have expired or were replaced may be among them.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer or sends an unexpected reply.
    fn list(&self, owner: Owner) -> BoxFuture<'static, Result<Vec<(String, Stored)>, Error>>;

    /// Notes that the role of an account has changed: marks its records that began at `until` or before with that time, unless they have a later one. From then
    /// on, [`Self::create`] refuses records that began at `until` or before, as after [`Which::OfAccount`]: a sign-in under way still has the old role (row S2).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the call must be repeated.
    fn mark_role(
        &self,
        owner: Owner,
        until: DateTime<Utc>,
    ) -> BoxFuture<'static, Result<(), Error>>;

    /// Continues a marked record under another key: writes the new record without a mark, and notes in the old one that the new one replaces it. The old record
    /// expires after `renewal.kept`, or earlier if it would have expired earlier. Returns `false`, and changes nothing, if the old record does not exist, was
    /// replaced before, or has another mark than `renewal.marked_at` (row S2).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the record may have been continued.
    fn renew(&self, renewal: Renewal) -> BoxFuture<'static, Result<bool, Error>>;

    /// Extends the expiry of an existing record to `ttl` from now. Never brings back a deleted record, and never extends one that was replaced (row S2).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the record may or may not have been extended.
    fn extend(
        &self,
        owner: Owner,
        key: &RecordKey,
        ttl: Duration,
    ) -> BoxFuture<'static, Result<(), Error>>;

    /// Deletes records. A missing record is not an error. A record that was replaced stays until it expires, and the one that replaced it is deleted instead.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the call must be repeated.
    fn end(&self, which: Which) -> BoxFuture<'static, Result<(), Error>>;

    /// Checks that the store answers.
    ///
    /// # Errors
    /// [`Error`] if it does not.
    fn ping(&self) -> BoxFuture<'static, Result<(), Error>>;
}

/// A record to be written.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// Where the record is stored.
    pub key: RecordKey,
    /// The account that signed in, with its tenant.
    pub owner: Owner,
    /// The encoded record.
    pub fields: Fields,
    /// The time until the record expires if it is not extended.
    pub ttl: Duration,
    /// The most records that the owner may have.
    pub most: u16,
    /// The record that this one takes the place of, if any. It is deleted in the same step, and must exist.
    pub replaces: Option<RecordKey>,
}

/// The continuation of a marked record under another key.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// Where the new record is stored.
    pub key: RecordKey,
    /// The account that signed in, with its tenant.
    pub owner: Owner,
    /// The encoded new record. Its session began at the same time as the old one.
    pub fields: Fields,
    /// The time until the new record expires if it is not extended.
    pub ttl: Duration,
    /// The record that is continued.
    pub replaces: RecordKey,
    /// The mark of that record when it was read. The new record knows the role since then.
    pub marked_at: i64,
    /// How long the replaced record is kept.
    pub kept: Duration,
}

impl Renewal {
    /// The time when the session began, in milliseconds since 1970.
    pub fn began_at(&self) -> i64 {
        record::began_at(&self.fields)
    }

    /// The absolute expiry of the session; if it cannot be read, the time when the record expires unless it is extended.
    pub fn expires_at(&self) -> DateTime<Utc> {
        record::expires_at(&self.fields).unwrap_or_else(|| Utc::now() + self.ttl)
    }
}

/// How many records after a replaced one [`RecordStore::end`] follows. Each is the result of a change of role while the one before is still kept.
pub const MAX_REPLACED: usize = 16;

impl NewRecord {
    /// The time when the session began, in milliseconds since 1970.
    pub fn began_at(&self) -> i64 {
        record::began_at(&self.fields)
    }

    /// The absolute expiry of the session; if it cannot be read, the time when the record expires unless it is extended.
    pub fn expires_at(&self) -> DateTime<Utc> {
        record::expires_at(&self.fields).unwrap_or_else(|| Utc::now() + self.ttl)
    }
}

/// The records that [`RecordStore::end`] deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The record under this key. If it was replaced, the one that continues its session, over at most [`MAX_REPLACED`] replacements.
    One {
        /// The record's tenant.
        tenant: TenantId,
        /// The record's key.
        key: RecordKey,
    },
    /// The record under this key, unless it was replaced. Then no record.
    OneNotReplaced {
        /// The record's tenant.
        tenant: TenantId,
        /// The record's key.
        key: RecordKey,
    },
    /// The account's records that began at `until` or before, and those whose beginning cannot be read.
    OfAccount {
        /// The account, with its tenant.
        owner: Owner,
        /// The time of the revocation.
        until: DateTime<Utc>,
    },
}

impl Which {
    /// The tenant of the records.
    pub const fn tenant(&self) -> TenantId {
        match self {
            Self::One { tenant, .. } | Self::OneNotReplaced { tenant, .. } => *tenant,
            Self::OfAccount { owner, .. } => owner.tenant,
        }
    }
}
