//! Sticky sessions: each node keeps its own sessions in memory, so a client must come back to its node.

use api_types::Code;
use domain::Role;
use e2e::{Affinity, Balancer, Company, Stack};

use super::{Balanced, node, nodes_of};

const AFFINITY_COOKIES: [&str; 2] = ["AWSALB", "AWSALBCORS"];

/// S10: with sessions in memory, a node that is killed signs its users out, although the load balancer has them at the other node at once and gives them new
/// cookies. Affinity is no high availability.
#[tokio::test]
async fn a_killed_node_signs_out_the_users_whose_sessions_it_kept() {
    let (acme, balanced) =
        (Company::fresh(Stack::get().await).await, Balanced::in_memory(Affinity::On).await);
    let mut browsers = balanced.several_signed_in(&acme, 6).await;
    let before = nodes_of(&mut browsers).await;
    assert_eq!(before, nodes_of(&mut browsers).await, "everyone stays at one node");
    assert!(Balancer::NODES.iter().all(|name| before.iter().any(|node| node == name)));
    balanced.kill("a");
    for (browser, was_at) in browsers.iter_mut().zip(&before) {
        let reply = browser.ask().await;
        assert_eq!(node(&reply), "b");
        if was_at == "b" {
            assert_eq!(reply.status, 200, "this node kept its sessions");
            continue;
        }
        reply.problem(Code::NotSignedIn);
        let set: Vec<String> = reply.set_cookies().into_iter().map(|cookie| cookie.name).collect();
        assert_eq!(set, AFFINITY_COOKIES, "the load balancer chose another node");
    }
    let mut again = balanced.signed_in(&acme, Role::HrAdmin).await;
    assert_eq!(again.ask().await.status, 200, "the user can sign in again");
}

/// S10: a request of a page of another site carries AWSALBCORS only, because AWSALB is not `SameSite=None`. It arrives at the client's node. Without this second
/// cookie the client arrives at any node, and most of the time is not signed in there.
#[tokio::test]
async fn a_cross_site_request_needs_the_second_cookie() {
    let (acme, balanced) =
        (Company::fresh(Stack::get().await).await, Balanced::in_memory(Affinity::On).await);
    let mut browser = balanced.signed_in(&acme, Role::HrAdmin).await;
    let own = node(&browser.ask().await);
    for _ in 0..6 {
        let reply = browser.ask_with(|name| name != "AWSALB").await;
        assert_eq!((node(&reply), reply.status), (own.clone(), 200));
    }
    let mut refused = 0;
    for _ in 0..6 {
        let reply = browser.ask_with(|name| !AFFINITY_COOKIES.contains(&name)).await;
        assert_eq!(reply.status == 200, node(&reply) == own);
        refused += usize::from(reply.status == 401);
    }
    assert_eq!(refused, 3, "every other request arrives at the other node");
}

/// S10: a node that is drained keeps its clients and gets no new ones, so that it can be stopped later without a sign-out.
#[tokio::test]
async fn a_drained_node_keeps_its_clients_and_gets_no_new_ones() {
    let (acme, balanced) =
        (Company::fresh(Stack::get().await).await, Balanced::in_memory(Affinity::On).await);
    let mut browsers = balanced.several_signed_in(&acme, 2).await;
    let before = nodes_of(&mut browsers).await;
    let answer = balanced.balancer.command("set server nodes/a state drain").await;
    assert_eq!(answer.trim(), "", "HAProxy prints only errors");
    let mut new = balanced.several_signed_in(&acme, 4).await;
    assert_eq!(nodes_of(&mut new).await, ["b"; 4]);
    assert_eq!(nodes_of(&mut browsers).await, before);
}

/// S10: with affinity a client that sends most of the requests makes its node hot. Without it, both nodes get the same number of requests.
#[tokio::test]
async fn affinity_makes_a_hot_node_of_one_busy_client() {
    /// How many requests the clients send. The first one sends most of them.
    const REQUESTS: [u32; 4] = [60, 10, 10, 10];
    let acme = Company::fresh(Stack::get().await).await;
    let config = Stack::get().await.server_config();
    let (sticky, shared) = tokio::join!(
        Balanced::start(&config, Affinity::On),
        Balanced::start(&config, Affinity::Off)
    );
    for (balanced, expected) in [(sticky, [70, 20]), (shared, [45, 45])] {
        let mut browsers = balanced.several_signed_in(&acme, REQUESTS.len()).await;
        let mut counts = [0, 0];
        for (browser, requests) in browsers.iter_mut().zip(REQUESTS) {
            for _ in 0..requests {
                let reply = browser.ask().await;
                assert_eq!(reply.status, 200);
                counts[usize::from(node(&reply) == "b")] += 1;
            }
        }
        counts.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(counts, expected);
    }
}
