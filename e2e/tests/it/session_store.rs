//! The session stores that need a server, each with the checks and the races of every store.

use e2e::Redis;
use session::{RedisLink, conformance};

/// S5: Redis passes the checks and the races of every session store.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_redis_conform() {
    let link = RedisLink::new(&Redis::shared().await.url_of_a_fresh_database()).unwrap();
    let sessions = conformance::in_redis(&link).await;
    conformance::check(&sessions, &link).await;
    conformance::race(&sessions, &link).await;
}
