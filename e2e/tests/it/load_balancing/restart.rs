//! Nodes that stop and start while clients send requests.

use std::{env, time::Duration};

use api_types::{Readiness, paths};
use domain::Role;
use e2e::{Affinity, Company, LoadBalancer, Server, Stack, until};

use super::{
    TwoNodes,
    load::{AllowedFailures, Load},
};

/// How often both nodes are restarted, unless `WATERTIGHT_ROLLING_RESTARTS` says otherwise.
const ROUNDS: usize = 2;

fn rounds() -> usize {
    let set = env::var("WATERTIGHT_ROLLING_RESTARTS");
    set.map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// Waits until this many more reads were answered.
async fn wait_for_reads(load: &Load<'_>, more: usize) {
    let enough = load.reads() + more;
    let answered = async || (load.reads() >= enough).then_some(());
    until("reads to be answered", Duration::from_mins(1), answered).await;
}

/// O5: nodes are restarted one after the other under load, and no request fails, read or write. A node that has to stop first reports that it is not ready, so
/// the load balancer sends its requests to the other one.
#[tokio::test(flavor = "multi_thread")]
async fn rolling_restarts_fail_no_request() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let config = stack.server_config().with("WATERTIGHT_DRAIN_SECONDS", "60");
    let mut nodes = TwoNodes::start(&config, Affinity::Off).await;
    let load = Load::new(&nodes, &acme, AllowedFailures::None).await;
    let TwoNodes { nodes, load_balancer, config } = &mut nodes;
    load.run_while(async {
        for _ in 0..rounds() {
            for (node, name) in nodes.iter_mut().zip(LoadBalancer::NODES) {
                let next = config.start().await;
                restart(node, name, next, load_balancer).await;
                wait_for_reads(&load, 20).await;
            }
        }
    })
    .await;
}

/// Stops a node as an operator does, and puts the next one into its place.
async fn restart(node: &mut Server, name: &str, next: Server, load_balancer: &LoadBalancer) {
    node.send_sigterm();
    let is_known = async || (!load_balancer.is_up(name).await).then_some(());
    until("the load balancer to know", Duration::from_mins(1), is_known).await;
    assert!(!node.logged().contains("server.stop.started"), "it knows before the node stops");
    // The second signal ends the drain period.
    assert_eq!(node.terminate().await.code(), Some(0), "{}", node.logged());
    load_balancer.replace(name, &next).await;
    *node = next;
}

/// O5: a node that is killed under load loses no write that was answered, and every read is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_node_loses_no_answered_write() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let nodes = TwoNodes::start(&stack.server_config(), Affinity::Off).await;
    let load = Load::new(&nodes, &acme, AllowedFailures::Writes).await;
    load.run_while(async {
        wait_for_reads(&load, 100).await;
        nodes.kill("b");
        wait_for_reads(&load, 200).await;
    })
    .await;
}

/// O5: a node that has received SIGTERM still answers requests until its drain period is over, but it is not ready.
#[tokio::test]
async fn a_node_that_is_about_to_stop_still_answers_but_is_not_ready() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let node = stack.server_config().with("WATERTIGHT_DRAIN_SECONDS", "60").start().await;
    let admin = acme.actor_on(&node, Role::HrAdmin).await;
    admin.get(paths::READY).expect(200).await;
    node.send_sigterm();
    node.log_line("server.drain.started").await;
    let ready = admin.get(paths::READY).expect(503).await;
    let ready: Readiness = ready.json();
    assert!(ready.draining && ready.checks.iter().all(|check| check.ok), "{ready:?}");
    admin.get(paths::EMPLOYEES).expect(200).await;
    // A second signal does not wait any longer.
    assert_eq!(node.terminate().await.code(), Some(0));
}
