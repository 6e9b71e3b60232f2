//! Shared sessions: both nodes read them from Redis, so a client may come to any node.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Role;
use e2e::{Affinity, Company, Stack};
use futures_util::future::join_all;

use super::{Browser, NodeCounts, TwoNodes, load::is_busy};

/// How many requests are answered in all.
const REQUESTS: usize = 10_000;
/// After how many answers a node is killed.
const KILL_AFTER: usize = 3_000;
/// How often a request is sent again because a node is busy.
const MOST_RETRIES: usize = 5;
/// How many clients send requests at the same time.
const CLIENTS: usize = 8;

/// S10, O5: with sessions in Redis and no affinity, no user is signed out when a node is killed under load. Every one of 10,000 requests is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_node_signs_nobody_out() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let nodes = TwoNodes::start(&stack.server_config(), Affinity::Off).await;
    let browser = nodes.signed_in(&acme, Role::HrAdmin).await;
    let answered = AtomicUsize::new(0);
    let clients = (0..CLIENTS).map(|_| send_requests(&nodes, browser.clone(), &answered));
    let [a, b] = join_all(clients)
        .await
        .into_iter()
        .fold([0, 0], |[a, b], NodeCounts([of_a, of_b])| [a + of_a, b + of_b]);
    assert_eq!(a + b, REQUESTS);
    assert!(a > KILL_AFTER / 3, "the killed node had answered {a}");
    assert!(b > REQUESTS - KILL_AFTER, "the other node answered {b}");
}

/// Sends requests until all clients together got enough answers. Returns how many of this client's each node answered.
async fn send_requests(nodes: &TwoNodes, browser: Browser, answered: &AtomicUsize) -> NodeCounts {
    let mut counts = NodeCounts::default();
    loop {
        let number = answered.fetch_add(1, Ordering::Relaxed);
        if number >= REQUESTS {
            return counts;
        }
        if number == KILL_AFTER {
            nodes.kill("a");
        }
        let mut reply = browser.ask_with(|_| true).await;
        for _ in 0..MOST_RETRIES {
            if is_busy(&reply) {
                reply = browser.ask_with(|_| true).await;
            }
        }
        assert_eq!(reply.status, 200, "request {number}: {}", reply.text());
        counts.count(&reply);
    }
}
