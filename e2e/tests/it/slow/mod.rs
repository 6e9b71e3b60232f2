//! G10: the server closes the connections of slow clients, and other clients are not affected.

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

/// The deadline for the server to close a connection. Its own timeouts are seconds; the rest is for a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);
/// How long a client lets pass between two bytes.
const PAUSE: Duration = Duration::from_millis(100);

/// A node with timeouts of two seconds for each part of a request, and eight seconds for a whole request.
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

/// A company, and a signed-in user of it who sends requests to that node.
async fn other_client(stack: &'static Stack, node: &Server) -> (Company, Actor) {
    let company = Company::fresh(stack).await;
    let actor = company.hr_admin().await.on(node);
    (company, actor)
}

/// Fails unless the neighbour's request succeeds.
async fn is_served(other_client: &Actor) {
    other_client.get(paths::EMPLOYEES).with_retry().expect(200).await;
}

/// Opens a connection and sends these bytes.
async fn connect_and_send(node: &Server, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// Sends `byte` repeatedly, with a pause each time, until the server closes the connection. Returns what the server sent.
async fn drip(stream: TcpStream, byte: &[u8]) -> String {
    let dripping = async move {
        let (mut said, mut piece, mut stream) = (Vec::new(), [0; 4096], stream);
        loop {
            match timeout(PAUSE, stream.read(&mut piece)).await {
                Ok(Ok(0) | Err(_)) => return said,
                Ok(Ok(bytes)) => said.extend_from_slice(&piece[..bytes]),
                // If the server has closed the connection, this may cause a reset, which the next read reports.
                Err(_pause_over) => drop(stream.write_all(byte).await),
            }
        }
    };
    let said = timeout(DEADLINE, dripping).await;
    let Ok(said) = said else { panic!("the server did not close the connection") };
    String::from_utf8_lossy(&said).into_owned()
}

/// Waits until the server closes the connection. Returns what the server sent.
async fn read_until_closed(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let end = timeout(DEADLINE, stream.read_to_end(&mut said)).await;
    assert!(end.is_ok(), "the server did not close the connection");
    String::from_utf8_lossy(&said).into_owned()
}

/// The status in the first line of what the server sent, or 0 if it sent nothing.
fn status(said: &str) -> u16 {
    said.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}
