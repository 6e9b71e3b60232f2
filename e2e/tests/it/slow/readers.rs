//! G10: a client that requests large responses and does not read them.

use e2e::{Stack, until};
use futures_util::future::join_all;
use tokio::{io::AsyncReadExt, net::TcpStream};

use super::{DEADLINE, connect_and_send, other_client, read_until_closed};

/// The number of connections that the node accepts.
const CONNECTIONS: usize = 16;
/// How many times each client requests a file of more than a megabyte: more than the buffers of both ends can hold.
const TIMES: usize = 24;
const FILE: &str = "/docs/swagger-ui-bundle.js";

/// G10: clients that do not read occupy every connection of a node. The server closes some of them, and then serves another client.
#[tokio::test]
async fn a_client_that_does_not_read_is_closed() {
    let stack = Stack::get().await;
    let config = stack
        .server_config()
        .with("WATERTIGHT_RESPONSE_TIMEOUT_MS", "2000")
        .with("WATERTIGHT_MAX_CONNECTIONS", &CONNECTIONS.to_string());
    let node = config.start().await;
    let (_company, other_client) = other_client(stack, &node).await;
    let size = other_client.get(FILE).expect(200).await.body.len();
    let request = format!("GET {FILE} HTTP/1.1\r\nHost: {}\r\n\r\n", other_client.host());
    let slow: Vec<TcpStream> = join_all((0..CONNECTIONS).map(async |_| {
        let mut stream = connect_and_send(&node, request.repeat(TIMES).as_bytes()).await;
        // The answer has begun, so the connection is one that the node counts.
        stream.read_exact(&mut [0; 1]).await.unwrap();
        stream
    }))
    .await;
    // Every connection is occupied, so another client is served only after some of them were closed.
    until("a neighbour to be served", DEADLINE, async || {
        (other_client.get(api_types::paths::EMPLOYEES).send().await.status == 200).then_some(())
    })
    .await;
    let rest = join_all(slow.into_iter().map(read_until_closed)).await;
    assert!(
        rest.iter().any(|rest| rest.len() < TIMES * size),
        "every client got all of {TIMES} responses: none was closed"
    );
}
