//! The counters in Redis, which all nodes share.

use std::time::Duration;

use redis::{ErrorKind, RedisError, cmd};
use session::RedisLink;

use crate::attempt::Bucket;

/// Takes an attempt from all counters or from none. Uses the clock of Redis.
const TAKE: &str = include_str!("take.lua");
/// Gives an attempt back to all counters.
const GIVE_BACK: &str = include_str!("give_back.lua");

/// Takes an attempt from every counter. If one allows none, takes nothing; the inner error is the time to wait.
///
/// # Errors
/// If Redis does not answer or refuses the script.
pub(crate) async fn take(
    link: &RedisLink,
    buckets: &[Bucket],
) -> Result<Result<(), Duration>, RedisError> {
    match run(link, TAKE, buckets).await? {
        0 => Ok(Ok(())),
        wait => Ok(Err(Duration::from_millis(wait))),
    }
}

/// Gives an attempt back to every counter.
///
/// # Errors
/// If Redis does not answer or refuses the script.
pub(crate) async fn give_back(link: &RedisLink, buckets: &[Bucket]) -> Result<(), RedisError> {
    run(link, GIVE_BACK, buckets).await.map(|_| ())
}

async fn run(link: &RedisLink, script: &str, buckets: &[Bucket]) -> Result<u64, RedisError> {
    let mut command = cmd("EVAL");
    command.arg(script).arg(buckets.len());
    for bucket in buckets {
        command.arg(&bucket.key);
    }
    for bucket in buckets {
        let period = u64::try_from(bucket.limit.period().as_millis()).unwrap_or(u64::MAX);
        command.arg(period).arg(bucket.limit.burst().get());
    }
    let reply = command.query_async(&mut link.connection()).await.and_then(milliseconds);
    reply.inspect_err(|_| {
        metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
    })
}

/// Rejects a negative reply. The client would convert it to a `u64` without an error.
fn milliseconds(reply: i64) -> Result<u64, RedisError> {
    u64::try_from(reply).map_err(|_| {
        (ErrorKind::UnexpectedReturnType, "the throttle's script replied with a negative number")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_reply_is_an_error() {
        assert_eq!(milliseconds(0).unwrap(), 0);
        assert_eq!(milliseconds(i64::MAX).unwrap(), 9_223_372_036_854_775_807);
        for reply in [-1, i64::MIN] {
            let error = milliseconds(reply).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedReturnType);
        }
    }
}
