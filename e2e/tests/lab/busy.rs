//! G10: a node still answers its health checks while every worker is busy.

use std::time::Duration;

use api_types::paths;
use e2e::{Actor, Laboratory};
use reqwest::Method;
use serde_json::json;
use tokio::{net::TcpListener, task::JoinSet, time::timeout};

/// How many workers a node has in these tests.
const WORKERS: usize = 2;
/// How many requests block a worker: enough that each worker gets one, however they are distributed.
const BLOCKING: usize = 16;

/// G10: while every worker of the public port is blocked, the port of the metrics answers both health checks; the public port answers none.
#[tokio::test]
async fn liveness_answers_while_every_worker_is_busy() {
    let laboratory = Laboratory::start().await;
    let node = &laboratory.stack.server;
    let visitor = Actor::at(node, "");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let busy = json!({ "until_closed": listener.local_addr().unwrap() });
    let mut blocking = JoinSet::new();
    for _ in 0..BLOCKING {
        let request = visitor.request(Method::POST, "/lab/busy").json(&busy);
        blocking.spawn(async move { request.expect(204).await });
    }
    let mut held = Vec::new();
    for _worker in 0..WORKERS {
        let blocked = timeout(Duration::from_mins(1), listener.accept()).await;
        held.push(blocked.expect("a worker connects and blocks").unwrap().0);
    }
    let public = tokio::spawn(visitor.get(paths::LIVE).send());
    let metrics = node.metrics_address.expect("the node serves metrics");
    let own_port = Actor::at(node, "").at_address(metrics);
    for _ in 0..10 {
        own_port.get(paths::LIVE).expect(200).await;
        own_port.get(paths::READY).expect(200).await;
    }
    assert!(!public.is_finished(), "the control: no worker answers on the public port");
    drop(held);
    // The requests that waited behind the blocked workers block them again, so each of them is released too.
    while !blocking.is_empty() {
        tokio::select! {
            accepted = listener.accept() => drop(accepted),
            Some(ended) = blocking.join_next() => drop(ended.unwrap()),
        }
    }
    assert_eq!(public.await.unwrap().status, 200);
}
