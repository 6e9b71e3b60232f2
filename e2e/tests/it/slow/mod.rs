//! G10: clients that are slow, in whatever way, are cut off by the server, and nobody else notices.

mod bodies;
mod half_closed;
mod heads;
mod limits;
mod readers;

use std::time::Duration;

use api_types::paths;
use e2e::{Actor, Company, Server, Stack};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// By when the server must have closed a connection. Its own timeouts are seconds; the rest is for a machine that is busy.
const DEADLINE: Duration = Duration::from_mins(2);
/// How long a client lets pass between two bytes.
const PAUSE: Duration = Duration::from_millis(100);

/// A node with timeouts of two seconds, and eight where a request as a whole is meant.
async fn quick_node(stack: &Stack) -> Server {
    let two_seconds = [
        "WATERTIGHT_HEAD_TIMEOUT_MS",
        "WATERTIGHT_BODY_TIMEOUT_MS",
        "WATERTIGHT_IDLE_TIMEOUT_MS",
        "WATERTIGHT_RESPONSE_TIMEOUT_MS",
    ];
    let config = stack.server_config().with("WATERTIGHT_REQUEST_TIMEOUT_MS", "8000");
    two_seconds.into_iter().fold(config, |config, name| config.with(name, "2000")).start().await
}

/// A company whose people ask that node, and somebody of it who is signed in.
async fn neighbour(stack: &'static Stack, node: &Server) -> (Company, Actor) {
    let company = Company::fresh(stack).await;
    let actor = company.hr_admin().await.on(node);
    (company, actor)
}

/// The neighbour is served.
async fn is_served(neighbour: &Actor) {
    neighbour.get(paths::EMPLOYEES).patient().expect(200).await;
}

/// A connection on which these bytes were sent.
async fn sent(node: &Server, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// Sends one byte after the other for ever, until the server closes the connection; what it said meanwhile.
async fn drip(stream: TcpStream, byte: &[u8]) -> String {
    let dripping = async move {
        let (mut said, mut piece, mut stream) = (Vec::new(), [0; 4096], stream);
        loop {
            match timeout(PAUSE, stream.read(&mut piece)).await {
                Ok(Ok(0) | Err(_)) => return said,
                Ok(Ok(bytes)) => said.extend_from_slice(&piece[..bytes]),
                // A server that has closed the connection may answer this with a reset, which the next read tells.
                Err(_pause_over) => drop(stream.write_all(byte).await),
            }
        }
    };
    let said = timeout(DEADLINE, dripping).await;
    let Ok(said) = said else { panic!("the server does not close the connection") };
    String::from_utf8_lossy(&said).into_owned()
}

/// Waits until the server closes the connection; what it said.
async fn closed(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let end = timeout(DEADLINE, stream.read_to_end(&mut said)).await;
    assert!(end.is_ok(), "the server does not close the connection");
    String::from_utf8_lossy(&said).into_owned()
}

/// The status in the first line of what the server said; 0 if it said nothing.
fn status(said: &str) -> u16 {
    said.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}
