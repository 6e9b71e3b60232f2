//! Concurrent readers and writers on two nodes.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use cache::Config;
use futures_util::future::join_all;

use crate::{node::Node, private_redis::PrivateRedis};

const READERS: u64 = 16;
const READS: u64 = 150;
const WRITES: u64 = 60;

/// Yields to other tasks a number of times that depends on `turn`.
async fn jitter(turn: u64) {
    for _ in 0..(turn.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 59) {
        tokio::task::yield_now().await;
    }
}

/// Counts the reads that returned an older number than a write that had returned before the read began.
async fn stale_reads(nodes: &[Node], through_the_cache: bool) -> u64 {
    let (returned, stale) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let writers = nodes.iter().cloned().map(|node| {
        let returned = Arc::clone(&returned);
        tokio::spawn(async move {
            for turn in 0..WRITES {
                jitter(turn).await;
                let database = node.database.clone();
                let written = if through_the_cache {
                    let work = async move || {
                        jitter(turn + 7).await;
                        let written = database.add_one();
                        jitter(turn + 13).await;
                        Ok(written)
                    };
                    node.write_with(work).await.expect("it is written")
                } else {
                    // One round trip to Redis, so that it is as slow as a real write, but without a fence.
                    let answer = node.cache.state(node.viewer.tenant()).await;
                    answer.expect("Redis answers");
                    database.add_one()
                };
                returned.fetch_max(written, Ordering::SeqCst);
            }
        })
    });
    let readers = (0..READERS).map(|reader| {
        let node = nodes[usize::try_from(reader).expect("small") % nodes.len()].clone();
        let (returned, stale) = (Arc::clone(&returned), Arc::clone(&stale));
        tokio::spawn(async move {
            for turn in 0..READS {
                jitter(turn + reader).await;
                let (least, database) = (returned.load(Ordering::SeqCst), node.database.clone());
                let load = move || async move {
                    jitter(turn + 3).await;
                    let seen = database.load();
                    jitter(turn + 5).await;
                    seen
                };
                let seen = node.read_with(load).await;
                stale.fetch_add(u64::from(seen < least), Ordering::SeqCst);
            }
        })
    });
    for ended in join_all(writers.chain(readers).collect::<Vec<_>>()).await {
        ended.expect("no panic");
    }
    stale.load(Ordering::SeqCst)
}

/// I5: of 2,400 reads during 120 writes on two nodes, none returns data from before a write that had returned.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_read_is_stale_once_a_write_has_returned() {
    let redis = PrivateRedis::start().await;
    let one = Node::new(&redis, Config::default());
    let nodes = [one.clone(), one.second_node(&redis, Config::default())];
    assert_eq!(stale_reads(&nodes, true).await, 0);
    assert!(one.database.loads() < READERS * READS, "the cache was used");
}

/// The control: if writers bypass the cache, the same readers see stale data, so the test above can fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_that_bypass_the_cache_cause_stale_reads() {
    let redis = PrivateRedis::start().await;
    let one = Node::new(&redis, Config::default());
    let nodes = [one.clone(), one.second_node(&redis, Config::default())];
    assert!(stale_reads(&nodes, false).await > 0);
}
