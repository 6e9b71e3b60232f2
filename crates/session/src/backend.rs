//! Session storage: what every back end must provide. A back end stores and finds records; it makes no decisions.

use std::time::Duration;

use futures_util::future::BoxFuture;
use lab::Faults;

use domain::{AccountId, TenantId};

use crate::{
    RedisPipeline, SessionDigest,
    generation::Marker,
    id::RecordKey,
    pipeline::{PendingReply, Replies},
    record::NAMES,
    replay::Replay,
    revocation::Revocation,
    token_revocation::{PendingRevocations, TokenOrigin, TokenRevocations},
};

/// The session store could not answer. Callers turn this into 503 and never into "not signed in" (row O6).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store is unreachable or did not answer within its timeout.
    #[error("the session store does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Redis has restarted or lost data and has not replayed every revocation. A session that it reports may have been revoked.
    #[error("the session store has not replayed the latest revocations")]
    NotReplayed,
    /// The operating system provided no random bytes for a session id.
    #[error("cannot create a random session id")]
    NoRandomness(#[source] getrandom::Error),
}

/// The values of one record's fields, in the order of their [`NAMES`], as a Redis hash holds them.
pub(crate) type Fields = [Option<Vec<u8>>; NAMES.len()];

/// The account that a record belongs to, with its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) tenant: TenantId,
    pub(crate) account: AccountId,
}

/// A record as read from the store.
pub(crate) struct Stored {
    pub(crate) fields: Fields,
    /// The time until the store deletes the record; `None` if it has no expiry, which is never the case for a record that this crate wrote.
    pub(crate) left: Option<Duration>,
}

/// A record lookup in a pipeline, or its result.
pub(crate) enum PendingRecord {
    /// Sent to Redis, which had this generation marker at the time.
    Sent(PendingReply, Marker),
    /// Answered at once, by the memory back end.
    Answered(Option<Stored>),
}

/// Stores session records and indexes them by account.
pub(crate) trait Backend: Send + Sync {
    /// Writes a new record that expires after `keep`, and adds it to its owner's index; both or neither. If the owner then has more than `most` records, those
    /// that began first are deleted in the same step. Returns the digests of the deleted ones.
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        keep: Duration,
        most: u16,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>>;

    /// Adds the lookup of a record to a pipeline.
    fn ask(&self, trip: &mut RedisPipeline, key: &RecordKey) -> Result<PendingRecord, Error>;

    /// Returns the result of that lookup; `None` if there is no record.
    fn answer(
        &self,
        question: PendingRecord,
        replies: &mut Replies,
    ) -> Result<Option<Stored>, Error>;

    /// Looks up a record of this tenant in a pipeline of its own.
    fn read<'a>(
        &'a self,
        tenant: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>>;

    /// Adds the check whether a token is revoked to a pipeline.
    fn ask_revocations(
        &self,
        trip: &mut RedisPipeline,
        sign_in: &TokenOrigin,
    ) -> Result<PendingRevocations, Error>;

    /// Returns the result of that check.
    fn answer_denial(
        &self,
        asking: PendingRevocations,
        replies: &mut Replies,
    ) -> Result<TokenRevocations, Error>;

    /// Extends the expiry of an existing record to `keep` from now. It never brings back a deleted record (row S2).
    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Deletes the records that the revocation names, and removes them from their owner's index. A missing record is not an error. Tokens that are revoked stay
    /// so for as long as they could be valid. `prefix` is the prefix of the tenant's record keys. Returns the generation of the store that carried it out.
    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>>;

    /// Begins the replay of all revocations if the store may have lost any; otherwise `None`.
    fn begin_replay(&self, faults: Faults) -> BoxFuture<'_, Result<Option<Replay>, Error>>;

    /// The generation of the store that has replayed every revocation, as far as this node knows.
    fn generation(&self) -> Option<String>;

    /// Checks that the store answers and has replayed every revocation.
    fn ping(&self) -> BoxFuture<'_, Result<(), Error>>;
}
