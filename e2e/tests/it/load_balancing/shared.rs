//! Shared sessions: both nodes read them from Redis, so a client may come to any node.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Role;
use e2e::{Affinity, Company, Stack};
use futures_util::future::join_all;

use super::{Balanced, Browser, node};

/// How many requests are answered in all.
const REQUESTS: usize = 10_000;
/// After how many answers a node is killed.
const KILL_AFTER: usize = 3_000;
/// How many clients send requests at the same time.
const CLIENTS: usize = 8;

/// S10, O5: with sessions in Redis and no affinity, a node that is killed under load signs nobody out. Every one of 10,000 requests is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_node_signs_nobody_out() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let balanced = Balanced::start(&stack.server_config(), Affinity::Off).await;
    let browser = balanced.signed_in(&acme, Role::HrAdmin).await;
    let answered = AtomicUsize::new(0);
    let of_clients = join_all((0..CLIENTS).map(|_| load(&balanced, browser.clone(), &answered)));
    let [a, b] =
        of_clients.await.into_iter().fold([0, 0], |[a, b], more| [a + more[0], b + more[1]]);
    assert_eq!(a + b, REQUESTS);
    assert!(a > KILL_AFTER / 3, "the killed node had answered {a}");
    assert!(b > REQUESTS - KILL_AFTER, "the other node answered {b}");
}

/// Sends requests until all clients together got enough answers. Returns how many each node gave to this client.
async fn load(balanced: &Balanced, browser: Browser, answered: &AtomicUsize) -> [usize; 2] {
    let mut counts = [0, 0];
    loop {
        let number = answered.fetch_add(1, Ordering::Relaxed);
        if number >= REQUESTS {
            return counts;
        }
        if number == KILL_AFTER {
            balanced.kill("a");
        }
        let reply = browser.ask_with(|_| true).await;
        assert_eq!(reply.status, 200, "request {number}: {}", reply.text());
        counts[usize::from(node(&reply) == "b")] += 1;
    }
}
