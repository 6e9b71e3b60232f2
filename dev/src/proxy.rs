//! A proxy: one port for the pages that Trunk serves and for the API. It keeps the host that the browser sent.
//!
//! Trunk's own proxy replaces the host, but the host names the company.

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

/// Paths that the server answers; all others are pages.
const API: [&str; 3] = ["/api/", "/docs", "/healthz/"];
/// The longest head of a request, in bytes. Browsers send shorter ones.
const LONGEST_HEAD: usize = 64 * 1024;

/// The ports that requests are forwarded to.
#[derive(Clone, Copy, Debug)]
pub struct Backends {
    /// The port of Trunk.
    pub pages: u16,
    /// The port of the server.
    pub api: u16,
}

/// Serves requests on the port until the program ends.
///
/// # Errors
/// If the port cannot be listened on.
pub async fn serve(port: u16, backends: Backends) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("port `{port}` cannot be used"))?;
    loop {
        let (browser, _) = listener.accept().await?;
        tokio::spawn(async move {
            // Browsers often close a connection early, so an error is ignored.
            let _closed_early = forward(browser, backends).await;
        });
    }
}

/// Reads the head of one request, then only copies bytes. Each request has its own connection, because the next one may go to the other port.
async fn forward(mut browser: TcpStream, backends: Backends) -> Result<()> {
    let mut received = Vec::new();
    let end = loop {
        if let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end;
        }
        if received.len() > LONGEST_HEAD || browser.read_buf(&mut received).await? == 0 {
            return Ok(());
        }
    };
    let head = std::str::from_utf8(&received[..end]).context("the request head is not UTF-8")?;
    let mut server = TcpStream::connect(("127.0.0.1", backends.port_of(head))).await?;
    server.write_all(one_request_only(head).as_bytes()).await?;
    server.write_all(&received[end + 4..]).await?;
    copy_bidirectional(&mut browser, &mut server).await?;
    Ok(())
}

impl Backends {
    fn port_of(self, head: &str) -> u16 {
        let path = head.split(' ').nth(1).unwrap_or_default();
        if API.iter().any(|prefix| path.starts_with(prefix)) { self.api } else { self.pages }
    }
}

/// The head with `Connection: close`, so that the connection ends after the response. The head of a WebSocket is not changed.
fn one_request_only(head: &str) -> String {
    let is = |line: &str, name: &str| {
        line.split(':').next().is_some_and(|field| field.eq_ignore_ascii_case(name))
    };
    if head.lines().any(|line| is(line, "upgrade")) {
        return format!("{head}\r\n\r\n");
    }
    let kept: Vec<&str> = head.split("\r\n").filter(|line| !is(line, "connection")).collect();
    format!("{}\r\nConnection: close\r\n\r\n", kept.join("\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_goes_to_the_server_and_pages_go_to_trunk() {
        let backends = Backends { pages: 1, api: 2 };
        for (path, port) in [
            ("/", 1),
            ("/employees/7", 1),
            ("/apiary", 1),
            ("/api/v1/session", 2),
            ("/docs", 2),
            ("/healthz/ready", 2),
        ] {
            assert_eq!(
                backends.port_of(&format!("GET {path} HTTP/1.1\r\nHost: acme.localhost")),
                port,
                "{path}"
            );
        }
    }

    #[test]
    fn a_request_keeps_its_host_and_ends_its_connection() {
        let head =
            "GET / HTTP/1.1\r\nHost: acme.localhost:8081\r\nConnection: keep-alive\r\nAccept: */*";
        let expected = "GET / HTTP/1.1\r\nHost: acme.localhost:8081\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        assert_eq!(one_request_only(head), expected);
    }

    #[test]
    fn a_websocket_is_not_touched() {
        let head =
            "GET /.well-known/trunk/ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket";
        assert_eq!(one_request_only(head), format!("{head}\r\n\r\n"));
    }
}
