//! Redis loses what it knew: all of it, or what it learned since it was last saved.

use std::time::{Duration, Instant};

use cache::Config;

use crate::{deadline::until, node::Node, private_redis::PrivateRedis};

/// Waits until both links of the node have healed.
async fn healed(node: &Node) {
    until("the links to heal", async || {
        let knows = node.cache.state(node.viewer.tenant()).await.is_ok();
        (knows && node.cache.bodies_answer().await).then_some(())
    })
    .await;
}

fn nodes(redis: &PrivateRedis, config: Config) -> [Node; 2] {
    let one = Node::new(redis, config);
    [one.clone(), one.beside(redis, config)]
}

/// O6: everything is flushed, before, between and during writes; epochs are random, so no old body becomes valid again.
#[tokio::test]
async fn a_flush_of_everything_brings_no_old_body_back() {
    let redis = PrivateRedis::start().await;
    let nodes = nodes(&redis, Config::default());
    for turn in 1..=20 {
        assert!(nodes[0].is_cached().await && nodes[1].is_cached().await);
        if turn % 2 == 0 {
            redis.run("FLUSHALL").await;
        }
        let (database, url) = (nodes[0].database.clone(), redis.url(0));
        let work = async move || {
            let client = redis::Client::open(url).expect("a URL");
            let mut redis = client.get_multiplexed_async_connection().await.expect("it answers");
            redis::cmd("FLUSHALL").query_async::<()>(&mut redis).await.expect("it does that");
            Ok(database.add_one())
        };
        assert_eq!(nodes[0].write_with(work).await.expect("it is written"), turn);
        for node in &nodes {
            assert_eq!(node.read().await, turn);
        }
        redis.run("FLUSHALL").await;
        for node in &nodes {
            assert_eq!(node.read().await, turn);
        }
    }
}

/// O6: a failover to an empty Redis costs misses and nothing else.
#[tokio::test]
async fn a_failover_to_an_empty_redis_brings_no_old_body_back() {
    let mut redis = PrivateRedis::start().await;
    let nodes = nodes(&redis, Config::default());
    assert!(nodes[0].is_cached().await && nodes[1].is_cached().await);
    assert_eq!(nodes[0].write().await, 1);
    assert!(nodes[0].is_cached().await && nodes[1].is_cached().await);
    assert_eq!(nodes[1].write().await, 2);
    redis.fail_over(false).await;
    for node in &nodes {
        healed(node).await;
        assert_eq!(node.read().await, 2);
    }
}

/// O6: a failover to an old copy is the one thing that can bring a body back. It brings it back for no longer than the body's time to live.
///
/// That the first read is stale is wrong, and is asserted so that nobody believes the bound to be better than it is: no cache can
/// tell an old copy of its own state from the state.
#[tokio::test]
async fn a_failover_to_an_old_copy_shows_an_old_body_for_at_most_its_time_to_live() {
    let ttl = Duration::from_secs(5);
    let mut redis = PrivateRedis::start().await;
    let nodes = nodes(&redis, Config { ttl, ..Config::default() });
    assert_eq!(nodes[0].read().await, 0);
    let filled = Instant::now();
    redis.run("SAVE").await;
    assert_eq!(nodes[0].write().await, 1);
    assert_eq!((nodes[0].read().await, nodes[1].read().await), (1, 1));
    redis.fail_over(true).await;
    let node = &nodes[0];
    healed(node).await;
    assert_eq!(node.read().await, 0, "an old copy brings back what was cached when it was made");
    until("the old body to go", async || (node.read().await == 1).then_some(())).await;
    // A body that was kept for a whole time to live again would still be there after this.
    let shown = filled.elapsed();
    assert!(shown < ttl * 2, "an old body was shown {shown:?} after its fill");
}
