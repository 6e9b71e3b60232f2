//! The reasons why the session store gave no answer.

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The session store gave no answer. Callers turn this into 503 and never into "not signed in" (row O6).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store is unreachable, did not answer within its timeout, or refused a command.
    #[error("the session store does not answer")]
    Unavailable(#[source] Cause),
    /// The store sent a reply that our commands cannot have: of another type or length, with an impossible value, or none at all.
    #[error("the session store sent an unexpected reply")]
    UnexpectedReply(#[source] Cause),
    /// The store has restarted or lost data and has not replayed every revocation. A session that it reports may have been revoked.
    #[error("the session store has not replayed the latest revocations")]
    NotReplayed,
    /// The account's sessions were revoked while it signed in, so no session was started.
    #[error("the account's sessions were revoked during the sign-in")]
    Revoked,
    /// The operating system provided no random bytes for a session id.
    #[error("cannot create a random session id")]
    NoRandomness(#[source] getrandom::Error),
    /// The device of the session could not be sealed, so no session was started.
    #[error("cannot seal the device of a session")]
    DeviceSealing(#[source] seal::SealError),
}
