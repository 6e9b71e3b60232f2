//! While a write is in progress, readers load from the database and fill nothing.

use std::sync::Arc;

use cache::{Config, WriteError};
use tokio::sync::{Notify, Semaphore};

use crate::{
    deadline::until,
    node::{Node, short_leases},
    private_redis::PrivateRedis,
};

/// Starts a write that waits for a permit before it commits. The notification means that its work has begun.
fn blocked_write(node: &Node) -> (tokio::task::JoinHandle<u64>, Arc<Notify>, Arc<Semaphore>) {
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (node, notice, closed) = (node.clone(), Arc::clone(&begun), Arc::clone(&gate));
    let write = tokio::spawn(async move {
        let database = node.database.clone();
        let work = async move || {
            notice.notify_one();
            closed.acquire().await.expect("the gate stays").forget();
            Ok(database.add_one())
        };
        node.write_with(work).await.expect("it is written")
    });
    (write, begun, gate)
}

/// I5: a body that was cached before is not served once a write has begun, and nothing is filled until it has ended.
#[tokio::test]
async fn readers_bypass_the_cache_while_a_write_is_under_way() {
    let redis = PrivateRedis::start().await;
    let one = Node::new(&redis, Config::default());
    let other = one.second_node(&redis, Config::default());
    assert!(one.is_cached().await && other.is_cached().await);
    let (write, begun, gate) = blocked_write(&one);
    begun.notified().await;
    for node in [&one, &other, &one, &other] {
        let before = node.database.loads();
        assert_eq!(node.read().await, 0);
        assert_eq!(node.database.loads(), before + 1, "a read during the write was not a load");
    }
    gate.add_permits(1);
    assert_eq!(write.await.unwrap(), 1);
    assert_eq!((one.read().await, other.read().await), (1, 1));
    assert!(one.is_cached().await && other.is_cached().await, "the fence is gone");
}

/// I5: of two concurrent writes, the one that ends first does not drop the other's fence.
#[tokio::test]
async fn a_write_drops_its_own_fence_only() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, Config::default());
    let (slow, begun, gate) = blocked_write(&node);
    begun.notified().await;
    assert_eq!(node.write().await, 1);
    assert!(!node.is_cached().await, "the slow write is still in progress");
    gate.add_permits(1);
    assert_eq!(slow.await.unwrap(), 2);
    assert_eq!(node.read().await, 2);
    assert!(node.is_cached().await);
}

/// I5: a load that began before a write fills under the old epoch, where no later reader looks, and no later request joins it.
#[tokio::test]
async fn a_load_from_before_a_write_is_not_used_after_it() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, Config::default());
    let (asked, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let slow = {
        let (node, asked, gate) = (node.clone(), Arc::clone(&asked), Arc::clone(&gate));
        tokio::spawn(async move {
            let database = node.database.clone();
            let load = move || async move {
                let seen = database.load();
                asked.notify_one();
                gate.acquire().await.expect("the gate stays").forget();
                seen
            };
            node.read_with(load).await
        })
    };
    asked.notified().await;
    assert_eq!(node.write().await, 1);
    assert_eq!(node.read().await, 1, "it joined a load from before the write");
    gate.add_permits(1);
    assert_eq!(slow.await.unwrap(), 0, "a request from before the write may see the old number");
    let other = node.second_node(&redis, Config::default());
    assert_eq!((node.read().await, other.read().await), (1, 1));
}

/// I5: dropping a request does not cancel its write.
#[tokio::test]
async fn a_cancelled_request_does_not_cancel_its_write() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, Config::default());
    let (write, begun, gate) = blocked_write(&node);
    begun.notified().await;
    write.abort();
    assert!(write.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    until("the write to end", async || (node.database.number() == 1).then_some(())).await;
    until("its fence to go", async || node.is_cached().await.then_some(())).await;
    assert_eq!(node.read().await, 1);
}

/// O6: if Redis does not accept the fence, the work is not started.
#[tokio::test]
async fn without_redis_nothing_is_written() {
    let mut redis = PrivateRedis::start().await;
    let node = Node::new(&redis, Config::default());
    assert_eq!(node.write().await, 1);
    redis.stop();
    let database = node.database.clone();
    let refused = node.write_with(async move || Ok(database.add_one())).await;
    assert!(matches!(refused, Err(WriteError::Unavailable(_))), "{refused:?}");
    assert_eq!(node.database.number(), 1);
}

/// O6: if Redis is lost between the commit and the end, the write stays committed and its result is returned.
#[tokio::test]
async fn a_fence_that_cannot_be_dropped_undoes_no_write() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, short_leases());
    let (database, mut mortal) = (node.database.clone(), redis);
    let work = async move || {
        mortal.stop();
        Ok(database.add_one())
    };
    assert_eq!(node.write_with(work).await.unwrap(), 1);
    assert_eq!(node.database.number(), 1);
}

/// G8: Redis refuses to drop the fence of a finished write. The fence is dropped as soon as Redis allows it, long before its lease of a minute ends.
#[tokio::test]
async fn a_fence_that_could_not_be_dropped_is_dropped_later() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, Config::default());
    let (database, url) = (node.database.clone(), redis.url(0));
    let work = async move || {
        allow(&url, "-zrem").await;
        Ok(database.add_one())
    };
    assert_eq!(node.write_with(work).await.unwrap(), 1);
    assert!(!node.is_cached().await, "the fence still stands");
    allow(&redis.url(0), "+zrem").await;
    until("the fence to go", async || node.is_cached().await.then_some(())).await;
    assert_eq!(node.read().await, 1);
}

/// Changes which commands the default user of Redis may run. Every connection uses it.
async fn allow(url: &str, rule: &str) {
    let client = redis::Client::open(url).expect("a URL");
    let mut connection = client.get_multiplexed_async_connection().await.expect("it answers");
    let mut command = redis::cmd("ACL");
    command.arg("SETUSER").arg("default").arg(rule);
    let () = command.query_async(&mut connection).await.expect("it does that");
}

/// I5: failed work may have been committed all the same, so its fence stays until the lease ends. Then the cache is used again.
#[tokio::test]
async fn a_failed_unit_of_work_keeps_its_fence_until_the_lease_ends() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, short_leases());
    assert!(node.is_cached().await);
    let database = node.database.clone();
    let work = async move || {
        // PostgreSQL commits a moment after the connection was lost.
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            database.add_one()
        });
        Err("the connection was lost during the commit")
    };
    assert!(matches!(node.write_with(work).await, Err(WriteError::Work(_))));
    until("the commit", async || (node.database.number() == 1).then_some(())).await;
    assert_eq!(node.read().await, 1);
    until("the lease to end", async || node.is_cached().await.then_some(())).await;
    assert_eq!(node.read().await, 1);
}

/// I5: the fence of a dead writer expires with its lease although other writers continue.
#[tokio::test]
async fn the_fence_of_a_dead_writer_expires_while_others_write() {
    let redis = PrivateRedis::start().await;
    let node = Node::new(&redis, short_leases());
    let failed = node.write_with(async || Err("no answer")).await;
    assert!(failed.is_err());
    until("the dead writer's fence to go", async || {
        node.write().await;
        node.is_cached().await.then_some(())
    })
    .await;
}
