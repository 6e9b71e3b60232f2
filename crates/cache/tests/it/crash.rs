//! A writer is killed with `kill -9` between two of its steps, or at an arbitrary point.

use std::{
    os::unix::process::ExitStatusExt,
    process::{Command, Stdio},
};

use domain::TenantId;
use redis::AsyncCommands;

use crate::{
    deadline::until,
    node::{Node, short_leases},
    private_redis::PrivateRedis,
};

/// The Redis database that stands in for PostgreSQL: it must outlive the writer.
const DATABASE: u8 = 1;

fn writer(redis: &PrivateRedis, tenant: TenantId, stop: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cache-test-writer"));
    let lease = short_leases().lease.as_millis().to_string();
    command.args([&redis.url(0), &redis.url(DATABASE), &tenant.to_string(), stop, &lease]);
    command.stdin(Stdio::null());
    command
}

async fn number(redis: &PrivateRedis) -> u64 {
    let number: Option<u64> =
        redis.open(DATABASE).await.get("number").await.expect("Redis answers");
    number.unwrap_or(0)
}

/// Reads on each node until it uses its cache again, and compares every read with the database.
async fn no_read_is_stale_until_the_cache_is_used_again(redis: &PrivateRedis, nodes: &[Node]) {
    let right = number(redis).await;
    for node in nodes {
        until("the cache to be used again", async || {
            let before = node.database.loads();
            for _ in 0..2 {
                let database = node.database.clone();
                let load = move || async move {
                    database.load();
                    right
                };
                assert_eq!(node.read_with(load).await, right);
            }
            (node.database.loads() < before + 2).then_some(())
        })
        .await;
    }
}

/// Two nodes that have cached the number in the database.
async fn nodes(redis: &PrivateRedis) -> [Node; 2] {
    let one = Node::new(redis, short_leases());
    let nodes = [one.clone(), one.second_node(redis, short_leases())];
    no_read_is_stale_until_the_cache_is_used_again(redis, &nodes).await;
    nodes
}

/// I5: the writer is killed before the fence, before the commit, after the commit, and after the end.
#[tokio::test]
async fn a_writer_killed_between_two_steps_leaves_no_stale_body() {
    let redis = PrivateRedis::start().await;
    let nodes = nodes(&redis).await;
    for (stop, writes) in [("before", 0), ("fenced", 0), ("committed", 1), ("ended", 1)] {
        let before = number(&redis).await;
        let ended = writer(&redis, nodes[0].viewer.tenant(), stop).status().expect("it runs");
        assert_eq!(ended.signal(), Some(9), "{stop}: {ended}");
        assert_eq!(number(&redis).await, before + writes, "{stop}");
        no_read_is_stale_until_the_cache_is_used_again(&redis, &nodes).await;
    }
}

/// I5: the writer is killed at an arbitrary point, ten times.
#[tokio::test]
async fn a_writer_killed_anywhere_leaves_no_stale_body() {
    let redis = PrivateRedis::start().await;
    let nodes = nodes(&redis).await;
    for round in 1..=10 {
        let before = number(&redis).await;
        let mut writer =
            writer(&redis, nodes[0].viewer.tenant(), "never").spawn().expect("it runs");
        until("it to write", async || (number(&redis).await >= before + round).then_some(())).await;
        writer.kill().expect("it is still running");
        assert_eq!(writer.wait().expect("a child").signal(), Some(9));
        no_read_is_stale_until_the_cache_is_used_again(&redis, &nodes).await;
    }
}
