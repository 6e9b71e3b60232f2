//! What every back end must provide. A back end stores and finds session records and revocations; it makes no decisions.

use std::time::Duration;

use domain::TenantId;
use futures_util::future::BoxFuture;

use crate::{
    batch::{Pending, PendingRecord, ReadBatch},
    error::Error,
    id::{RecordKey, SessionDigest},
    record::{Fields, Owner, Stored},
    record_store::Renewal,
    revocation::Revocation,
    token_revocation::{TokenOrigin, TokenRevocations},
};

/// Stores session records, indexes them by account, and keeps revocations of tokens.
pub(crate) trait Backend: Send + Sync {
    /// Writes a new record that expires after `ttl`, and adds it to its owner's index; both or neither. If the owner then has more than `limit` records, those
    /// that began first are deleted in the same step. Returns the digests of the deleted ones. If it `replaces` a record, that one is deleted in the same step,
    /// and the new record gets its mark of a changed role.
    ///
    /// # Errors
    /// [`Error::Revoked`] if a revocation or a change of role of the account that is not older than the record was carried out before, unless it replaces a
    /// record; or if the record to be replaced does not exist or was continued by [`Self::renew`]. The record is then not written. Any other [`Error`] if the
    /// store does not answer; the record may have been written, so its id must not be handed out.
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        ttl: Duration,
        limit: u16,
        replaces: Option<&'a RecordKey>,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>>;

    /// Adds the lookup of a record of this tenant to a batch. The result is `None` if there is no record.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] if the result could not be trusted.
    fn ask_record(
        &self,
        batch: &mut ReadBatch,
        tenant: TenantId,
        key: &RecordKey,
    ) -> Result<PendingRecord, Error>;

    /// Looks up a record of this tenant in a round trip of its own. Returns `None` if there is no record.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply.
    fn read_record<'a>(
        &'a self,
        tenant: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>>;

    /// Returns the records of an account with their keys, in any order; records that have expired may be among them. `prefix` is the prefix of the tenant's
    /// record keys.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer, has not replayed every revocation, or sends an unexpected reply.
    fn list<'a>(
        &'a self,
        owner: Owner,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(RecordKey, Stored)>, Error>>;

    /// Adds the lookup of the revocations that apply to a token's sign-in to a batch.
    ///
    /// # Errors
    /// [`Error::NotReplayed`] if the result could not be trusted.
    fn ask_revocations(
        &self,
        batch: &mut ReadBatch,
        origin: &TokenOrigin,
    ) -> Result<Pending<TokenRevocations>, Error>;

    /// Continues a marked record under another key, as [`RecordStore::renew`](crate::RecordStore::renew) does.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the record may have been continued.
    fn renew(&self, renewal: Renewal) -> BoxFuture<'_, Result<bool, Error>>;

    /// Extends the expiry of an existing record to `ttl` from now. It never brings back a deleted record, and never extends one that was replaced (row S2).
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the record may or may not have been extended.
    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Deletes the records that the revocation names, and removes them from their owner's index; after a change of role, marks them. A missing record is not an
    /// error. Instead of a record that was replaced, the one that continues its session is deleted. Tokens that are revoked stay so for as long as they could
    /// be valid. `prefix` is the prefix of the tenant's record keys. Returns the generation of the store that carried it out.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer; the revocation must be carried out again.
    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>>;

    /// Begins the replay of all revocations if the store may have lost any; otherwise `None`.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer.
    fn begin_replay(&self) -> BoxFuture<'_, Result<Option<Box<dyn ReplayTarget>>, Error>>;

    /// The generation of the store that has replayed every revocation, as far as this node knows.
    fn generation(&self) -> Option<String>;

    /// Checks that the store answers and has replayed every revocation.
    ///
    /// # Errors
    /// [`Error`] if it does not answer or has not replayed them.
    fn ping(&self) -> BoxFuture<'_, Result<(), Error>>;
}

/// One generation of a store, to which all revocations are replayed. If the generation ends meanwhile, each call fails.
pub(crate) trait ReplayTarget: Send {
    /// Carries out these revocations. Each comes with the prefix of its tenant's record keys.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer or the generation has ended.
    fn apply<'a>(
        &'a mut self,
        revocations: &'a [(&'a Revocation, String)],
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Marks the generation as one that has replayed every revocation. Returns its name.
    ///
    /// # Errors
    /// [`Error`] if the store does not answer or the generation has ended; it is then not marked.
    fn complete(self: Box<Self>) -> BoxFuture<'static, Result<String, Error>>;
}
