//! Turns errors of the Redis client into errors of the session store, and counts them.

use redis::{ErrorKind, RedisError};

use crate::error::Error;

/// Returns [`Error::UnexpectedReply`] if Redis answered and the reply cannot be read, otherwise [`Error::Unavailable`]. Counts the error.
pub(crate) fn store_error(error: RedisError) -> Error {
    metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => {
            Error::UnexpectedReply(Box::new(error))
        }
        _ => Error::Unavailable(Box::new(error)),
    }
}

/// The error for a reply that `reason` says is impossible, although its type is right.
pub(crate) fn unexpected(reason: &'static str) -> RedisError {
    (ErrorKind::UnexpectedReturnType, reason).into()
}
