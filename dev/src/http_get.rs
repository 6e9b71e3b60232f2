//! One `GET` request on a connection of its own.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long the whole request may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A reply whose body is text.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The first line, such as `HTTP/1.1 200 OK`.
    pub(crate) status: String,
    /// The lines of the head after the first one.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends `GET path` with this `Host` to a port of the loopback address.
///
/// # Errors
/// If nothing listens there, if there is no reply within five seconds, or if the reply has no complete head.
pub(crate) async fn http_get(port: u16, host: &str, path: &str) -> Result<Reply> {
    timeout(TIMEOUT, ask(port, host, path)).await.context("the server does not respond in time")?
}

async fn ask(port: u16, host: &str, path: &str) -> Result<Reply> {
    let mut stream =
        TcpStream::connect(("127.0.0.1", port)).await.context("the server does not respond")?;
    // HTTP/1.0: the response is not chunked, and ends with the connection.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        bail!("the server's response has no complete head")
    };
    let (status, head) = head.split_once("\r\n").unwrap_or((head, ""));
    Ok(Reply { status: status.to_owned(), head: head.to_owned(), body: body.to_owned() })
}

impl Reply {
    /// The value of the first header with this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(':'));
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}
