//! The counters in Redis, which all nodes share.

use std::time::Duration;

use redis::{RedisError, cmd};
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
    let answer = command.query_async(&mut link.connection()).await;
    answer.inspect_err(|_| {
        metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
    })
}
