//! I9: clients that disconnect in the middle of their requests do not affect other clients.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use api_types::paths;
use domain::{EmployeeId, Role};
use e2e::{Actor, Company, Server, Stack};
use futures_util::StreamExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use uuid::Uuid;

use super::faults::{no_transaction_is_open, request_head};

const CLIENTS: usize = 10_000;
const AT_ONCE: usize = 48;

/// Sends a request or a part of one, and disconnects up to 12 ms later. Returns whether no answer had begun by then.
async fn disconnect(server: &Server, actor: &Actor, number: usize) -> bool {
    let unknown_id = EmployeeId::from_uuid(Uuid::new_v4());
    let path = match number % 3 {
        0 => paths::employee(unknown_id),
        1 => format!("{}?q={number}", paths::EMPLOYEES),
        _ => paths::SESSION.to_owned(),
    };
    let mut request = request_head(actor, &path);
    // One in ten never finishes its head.
    if number % 10 != 9 {
        request.push_str("\r\n");
    }
    let Ok(mut client) = TcpStream::connect(server.address).await else { return false };
    if client.write_all(request.as_bytes()).await.is_err() {
        return false;
    }
    let moment = Duration::from_micros((number * 7_919 % 12_000).try_into().unwrap_or(0));
    timeout(moment, client.read(&mut [0; 1])).await.is_err()
}

/// I9: 10,000 clients of two companies disconnect mid-request at random moments. No transaction stays open, and all other clients always get their own rows.
#[tokio::test]
async fn ten_thousand_disconnects_leave_nothing_behind() {
    let own = Stack::of_its_own().await;
    let [acme, betaco] = Company::twins(own).await;
    // The server finishes every request of a disconnected client. On a slow machine the other clients may wait longer than the default timeout of a connection.
    let server = own.server_config().with("WATERTIGHT_REQUEST_TIMEOUT_MS", "600000").start().await;
    let admins = [
        acme.actor_on(&server, Role::HrAdmin).await,
        betaco.actor_on(&server, Role::HrAdmin).await,
    ];
    let (before_an_answer, begun) = (AtomicUsize::new(0), Instant::now());
    futures_util::stream::iter(0..CLIENTS)
        .for_each_concurrent(AT_ONCE, async |number| {
            let gone = disconnect(&server, &admins[number % 2], number).await;
            before_an_answer.fetch_add(usize::from(gone), Ordering::Relaxed);
            if number % 50 == 0 {
                // A client that stays connected. The harness checks the reply for the canary of the other company.
                admins[number / 50 % 2].get(paths::EMPLOYEES).with_retry().expect(200).await;
                admins[number / 50 % 2].get("/api/v1/employees?q=a").with_retry().expect(200).await;
            }
        })
        .await;
    let gone = before_an_answer.into_inner();
    println!(
        "{CLIENTS} clients disconnected, {gone} of them before an answer began, in {:?}",
        begun.elapsed()
    );
    assert!(gone > CLIENTS / 10, "only {gone} clients disconnected before an answer");
    no_transaction_is_open(own).await;
    for _ in 0..50 {
        for admin in &admins {
            let unknown_id = EmployeeId::from_uuid(Uuid::new_v4());
            admin.get(&paths::employee(unknown_id)).with_retry().expect(404).await;
            admin.get("/api/v1/employees?q=a").with_retry().expect(200).await;
        }
    }
}
