//! Sticky sessions: each node keeps its own sessions in memory, so a client must come back to its node.

use api_types::Code;
use domain::Role;
use e2e::{AFFINITY_COOKIES, Affinity, Company, LoadBalancer, Stack};

use super::{NodeCounts, TwoNodes, nodes_of};

/// A company, and nodes that keep their sessions in memory behind a load balancer with affinity.
async fn with_sessions_in_memory() -> (Company, TwoNodes) {
    let stack = Stack::get().await;
    let config = stack.server_config().with_sessions_in_memory();
    (Company::fresh(stack).await, TwoNodes::start(&config, Affinity::On).await)
}

/// S10: with sessions in memory, a node that is killed signs its users out, although the load balancer sends them to the other node at once, with new cookies.
/// Affinity does not give high availability.
#[tokio::test]
async fn a_killed_node_signs_out_the_users_whose_sessions_it_kept() {
    let (acme, nodes) = with_sessions_in_memory().await;
    let mut browsers = nodes.several_signed_in(&acme, 6).await;
    let before = nodes_of(&mut browsers).await;
    assert_eq!(before, nodes_of(&mut browsers).await, "everyone stays at one node");
    assert!(LoadBalancer::NODES.iter().all(|name| before.iter().any(|node| node == name)));
    nodes.kill("a");
    for (browser, was_at) in browsers.iter_mut().zip(&before) {
        let reply = browser.ask().await;
        assert_eq!(reply.node(), "b");
        if was_at == "b" {
            assert_eq!(reply.status, 200, "this node kept its sessions");
            continue;
        }
        reply.problem(Code::NotSignedIn);
        let set: Vec<String> = reply.set_cookies().into_iter().map(|cookie| cookie.name).collect();
        assert_eq!(set, AFFINITY_COOKIES, "the load balancer chose another node");
    }
    let mut again = nodes.signed_in(&acme, Role::HrAdmin).await;
    assert_eq!(again.ask().await.status, 200, "the user can sign in again");
}

/// S10: a request of a page of another site carries AWSALBCORS only, because AWSALB is not `SameSite=None`. It arrives at the client's node. Without this second
/// cookie it arrives at any node, and at the other one the user is not signed in.
#[tokio::test]
async fn a_cross_site_request_needs_the_second_cookie() {
    let (acme, nodes) = with_sessions_in_memory().await;
    let mut browser = nodes.signed_in(&acme, Role::HrAdmin).await;
    let own = browser.ask().await.node().to_owned();
    for _ in 0..6 {
        let reply = browser.ask_with(|name| name != "AWSALB").await;
        assert_eq!((reply.node(), reply.status), (own.as_str(), 200));
    }
    let mut refused = false;
    for _ in 0..6 {
        let reply = browser.ask_with(|name| !AFFINITY_COOKIES.contains(&name)).await;
        assert_eq!(reply.status == 200, reply.node() == own);
        refused |= reply.status == 401;
    }
    assert!(refused, "some requests arrive at the other node");
}

/// S10: a node that is drained keeps its clients and gets no new ones, so that it can be stopped later without a sign-out.
#[tokio::test]
async fn a_node_drained_at_the_load_balancer_keeps_its_clients_and_gets_no_new_ones() {
    let (acme, nodes) = with_sessions_in_memory().await;
    let mut browsers = nodes.several_signed_in(&acme, 2).await;
    let before = nodes_of(&mut browsers).await;
    let answer = nodes.load_balancer.command("set server nodes/a state drain").await;
    assert_eq!(answer.trim(), "", "HAProxy prints only errors");
    let mut new = nodes.several_signed_in(&acme, 4).await;
    assert_eq!(nodes_of(&mut new).await, ["b"; 4]);
    assert_eq!(nodes_of(&mut browsers).await, before);
}

/// S10: with affinity a client that sends most of the requests overloads its node. Without it, both nodes get the same number of requests.
#[tokio::test]
async fn affinity_overloads_the_node_of_one_busy_client() {
    /// How many requests the clients send. The first one sends most of them.
    const REQUESTS: [usize; 4] = [60, 10, 10, 10];
    let acme = Company::fresh(Stack::get().await).await;
    let config = Stack::get().await.server_config();
    let (sticky, shared) = tokio::join!(
        TwoNodes::start(&config, Affinity::On),
        TwoNodes::start(&config, Affinity::Off)
    );
    let mut most = Vec::new();
    for nodes in [sticky, shared] {
        let mut browsers = nodes.several_signed_in(&acme, REQUESTS.len()).await;
        let mut counts = NodeCounts::default();
        for (browser, requests) in browsers.iter_mut().zip(REQUESTS) {
            for _ in 0..requests {
                let reply = browser.ask().await;
                assert_eq!(reply.status, 200);
                counts.count(&reply);
            }
        }
        most.extend(counts.0.into_iter().max());
    }
    assert!(most[0] >= REQUESTS[0], "all requests of the busy client arrive at one node: {most:?}");
    assert!((45..=50).contains(&most[1]), "both nodes get half of the requests: {most:?}");
}
