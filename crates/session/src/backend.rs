//! What a session store must do. Back ends only move records; they decide nothing.

use std::time::Duration;

use futures_util::future::BoxFuture;

use domain::{AccountId, TenantId};

use crate::{
    RoundTrip, SessionDigest,
    denial::{Asking, Denied, SignInOf},
    id::RecordKey,
    incarnation::Mark,
    locks::Locks,
    record::NAMES,
    replay::Replay,
    revocation::Revocation,
    round_trip::{Asked, Replies},
};

/// The session store did not answer. It is never read as "nobody is signed in" (row O6).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be reached or took too long.
    #[error("the session store does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Redis has begun a new life and has not heard of every revocation: whatever it says of a session could be over.
    #[error("the session store has not heard of the latest revocations")]
    NotReplayed,
    /// No random id could be drawn.
    #[error("no random session id could be drawn")]
    NoRandomness(#[source] getrandom::Error),
}

/// The values of one record's fields, in the order of their [`NAMES`], as a Redis hash holds them.
pub(crate) type Fields = [Option<Vec<u8>>; NAMES.len()];

/// Whose a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) tenant: TenantId,
    pub(crate) account: AccountId,
}

/// A record as it was found.
pub(crate) struct Stored {
    pub(crate) fields: Fields,
    /// How long the store will still keep it; `None` if it would keep it for ever, which no record of ours is.
    pub(crate) left: Option<Duration>,
}

/// A question for a record that is under way, or was answered at once.
pub(crate) enum Question {
    /// Asked of Redis, while it was in the life of this mark.
    Asked(Asked, Mark),
    /// Answered.
    Answered(Option<Stored>),
}

/// A place that keeps session records, and knows which of them are an account's.
pub(crate) trait Backend: Send + Sync {
    /// Writes a new record that expires after `keep`, and enters it among its owner's; both or neither. If the owner then has more than `most`
    /// records, those that began first are deleted in the same step; returns their digests.
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        fields: Fields,
        keep: Duration,
        most: u16,
    ) -> BoxFuture<'a, Result<Vec<SessionDigest>, Error>>;

    /// Adds the question for a record to a round trip.
    fn ask(&self, trip: &mut RoundTrip, key: &RecordKey) -> Result<Question, Error>;

    /// What was answered to it.
    fn answer(&self, question: Question, replies: &mut Replies) -> Result<Option<Stored>, Error>;

    /// Reads a record of this tenant on a round trip of its own.
    fn read<'a>(
        &'a self,
        tenant: TenantId,
        key: &'a RecordKey,
    ) -> BoxFuture<'a, Result<Option<Stored>, Error>>;

    /// Adds the question whether a token is over to a round trip.
    fn ask_denial(&self, trip: &mut RoundTrip, sign_in: &SignInOf) -> Result<Asking, Error>;

    /// What was answered to it.
    fn answer_denial(&self, asking: Asking, replies: &mut Replies) -> Result<Denied, Error>;

    /// Keeps an existing record for longer. It never brings back a deleted one (row S2).
    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        owner: Owner,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// Deletes the record or records, and takes them from their owner's; none that is there is no error. Tokens of what is revoked are denied
    /// for as long as they could live.
    /// `prefix` is what the keys of that tenant's records begin with. Returns the life of the store in which it was done.
    fn revoke<'a>(
        &'a self,
        revocation: &'a Revocation,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, Error>>;

    /// Begins to tell the store of every revocation, if it could have forgotten any.
    fn begin_replay(&self, locks: Locks) -> BoxFuture<'_, Result<Option<Replay>, Error>>;

    /// The life of the store that has heard of every revocation, as far as is known.
    fn incarnation(&self) -> Option<String>;

    /// Whether the store answers.
    fn ping(&self) -> BoxFuture<'_, Result<(), Error>>;
}
