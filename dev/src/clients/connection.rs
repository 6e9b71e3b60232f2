//! A connection to the load balancer that is used again for the next request, as a browser does it.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, body::Incoming, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// The timeout of one request.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A keep-alive connection, opened by the first request.
#[derive(Debug)]
pub(super) struct Connection {
    address: SocketAddr,
    open: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    /// A connection to this address, not opened yet.
    pub(super) fn to(address: SocketAddr) -> Self {
        Self { address, open: None }
    }

    /// Sends a request and reads the whole reply.
    ///
    /// # Errors
    /// If there is no complete reply within ten seconds.
    pub(super) async fn send(&mut self, request: &Request<Full<Bytes>>) -> Result<Response<()>> {
        let sent = timeout(TIMEOUT, self.send_twice_if_idle_connection_closed(request));
        let result = sent.await.context("no reply within ten seconds").flatten();
        if result.is_err() {
            self.open = None;
        }
        result
    }

    /// The peer may close an idle connection while a request is on its way. Browsers then send a `GET` again on a new connection.
    async fn send_twice_if_idle_connection_closed(
        &mut self,
        request: &Request<Full<Bytes>>,
    ) -> Result<Response<()>> {
        let was_open = self.open.is_some();
        match self.send_once(request).await {
            Err(_) if was_open && request.method() == Method::GET => {
                self.open = None;
                self.send_once(request).await
            }
            result => result,
        }
    }

    async fn send_once(&mut self, request: &Request<Full<Bytes>>) -> Result<Response<()>> {
        let mut sender = match self.open.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => connect(self.address).await?,
        };
        sender.ready().await?;
        let reply = read(sender.send_request(request.clone()).await?).await?;
        self.open = Some(sender);
        Ok(reply)
    }
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.context("the load balancer does not accept")?;
    stream.set_nodelay(true)?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // The task ends with the connection. Its error is also the error of the request under way.
    tokio::spawn(async move {
        let _closed = connection.await;
    });
    Ok(sender)
}

/// Reads the body to its end, so that the connection can be used again. Its content does not matter here.
async fn read(reply: Response<Incoming>) -> Result<Response<()>> {
    let (head, mut body) = reply.into_parts();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(Response::from_parts(head, ()))
}
