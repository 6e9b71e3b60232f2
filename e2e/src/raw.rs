//! Sends raw bytes to the server, for requests that no HTTP client would send.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::Server;

/// A reply as it was received, without parsing.
#[derive(Debug)]
pub struct RawReply {
    /// The status, or 0 if the server closed the connection without a reply.
    pub status: u16,
    /// Everything that was received.
    pub text: String,
}

impl Server {
    /// Sends these bytes on their own connection and reads until the server closes it. The request should contain `Connection: close`.
    ///
    /// # Panics
    /// If the server neither answers nor closes the connection within ten seconds.
    pub async fn raw(&self, request: &[u8]) -> RawReply {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.expect("the server accepts");
            // The server may answer and close the connection before it has read everything.
            let _closed_early = stream.write_all(request).await;
            let mut bytes = Vec::new();
            let _reset = stream.read_to_end(&mut bytes).await;
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let text = timeout(Duration::from_secs(10), exchange).await.expect("an answer or the end");
        let status = text.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        RawReply { status, text }
    }
}
