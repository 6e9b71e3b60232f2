//! Session stores against real servers: the checks and the races of every store, on Redis and on Valkey.

use e2e::Redis;
use session::{RedisLink, conformance};

/// Runs all checks and races on a Redis, or on a server with the same protocol.
async fn conform(redis: &Redis) {
    let link = RedisLink::new(&redis.url_of_a_fresh_database()).unwrap();
    let sessions = conformance::in_redis(&link).await;
    conformance::check(&sessions, &link).await;
    conformance::race(&sessions, &link).await;
}

/// S5: Redis passes the checks and the races of every session store.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_redis_conform() {
    conform(Redis::shared().await).await;
}

/// S5: Valkey, which was Redis until 2024, passes them too.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_valkey_conform() {
    conform(&Redis::valkey().await).await;
}
