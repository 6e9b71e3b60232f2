//! The page of `just nodes`: an HTTP server on the loopback address that shows the clients' requests and takes operations.

mod events;
mod files;
mod guard;
mod routes;

use std::{convert::Infallible, sync::Arc, time::Duration};

use anyhow::Result;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{cluster, state::ClusterState};
use crate::clients::Journal;

/// The timeout for the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// What the page shows, and where it sends operations.
pub(super) struct Page {
    /// The port of the page, which its `Host` headers must name.
    pub(super) port: u16,
    pub(super) operations: mpsc::Sender<cluster::Request>,
    pub(super) cluster: watch::Receiver<ClusterState>,
    pub(super) journal: Arc<Journal>,
}

impl Page {
    /// Answers requests until the future is dropped. Open connections end with it.
    ///
    /// # Errors
    /// If no connection can be accepted any more.
    pub(super) async fn serve(self, listener: TcpListener) -> Result<()> {
        let page = Arc::new(self);
        let mut connections = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await?;
            connections.spawn(answer(Arc::clone(&page), stream));
            while connections.try_join_next().is_some() {}
        }
    }
}

/// Answers the requests of one connection.
async fn answer(page: Arc<Page>, stream: TcpStream) {
    let service = service_fn(|request| {
        let page = Arc::clone(&page);
        async move { Ok::<_, Infallible>(routes::route(&page, request).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    // Browsers often close a connection early, so an error is ignored.
    let _closed_early = server.serve_connection(TokioIo::new(stream), service).await;
}
