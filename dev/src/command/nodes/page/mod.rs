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
    time::sleep,
};

use super::{cluster, state::ClusterState};
use crate::clients::Journal;

/// The timeout for the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How often in a row accepting a connection may fail.
const MOST_FAILURES: u32 = 100;
/// The pause after such a failure.
const PAUSE: Duration = Duration::from_millis(100);

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
    /// If no connection can be accepted for ten seconds.
    pub(super) async fn serve(self, listener: TcpListener) -> Result<()> {
        let page = Arc::new(self);
        let (mut connections, mut failures) = (JoinSet::new(), 0);
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                // The client has gone, or too many files are open.
                Err(_) if failures < MOST_FAILURES => {
                    failures += 1;
                    sleep(PAUSE).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            failures = 0;
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
