//! The public listener: its workers, and limits on the number of connections and on slow clients (row G10).

use std::{io, net::SocketAddr, num::NonZeroUsize, time::Duration};

use actix_http::{HttpServiceBuilder, Request, error::DispatchError};
use actix_server::Server;
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config,
};
use actix_web::{App, dev::AppConfig, web::ServiceConfig};
use tokio::net::{TcpSocket, TcpStream};

use crate::{
    config::Timeouts,
    timed_stream::{Limits, TimedStream},
};

/// How many connections may wait in the backlog until a worker accepts them.
const BACKLOG: u32 = 1_024;
/// How long a client may take to close a connection that the server closes.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How many seconds requests in progress may take once the server is told to stop.
const SHUTDOWN_SECONDS: u64 = 10;

/// Binds `address` and starts the server. It does not listen for signals. Returns the bound address and the running server. `configure` is called once in each worker.
///
/// # Errors
/// If the address cannot be bound.
pub(crate) fn listen<F>(
    address: SocketAddr,
    workers: NonZeroUsize,
    connections_per_worker: usize,
    timeouts: Timeouts,
    configure: F,
) -> io::Result<(SocketAddr, Server)>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?.into_std()?;
    let address = listener.local_addr()?;
    let builder = Server::build()
        .workers(workers.get())
        .max_concurrent_connections(connections_per_worker)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let Timeouts { head, idle, request, response, .. } = timeouts;
    let server = builder.listen("watertight", listener, move || {
        let stopping = stopping.clone();
        let http = HttpServiceBuilder::default()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(idle)
            .client_request_timeout(head)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .local_addr(address);
        let app = App::new().configure(configure.clone());
        let app = IntoServiceFactory::<_, Request>::into_factory(app)
            .map_err(|error: actix_web::Error| error.error_response());
        let app = map_config(app, |()| AppConfig::default());
        timed(Limits { request, response }).and_then(http.h1(app))
    })?;
    Ok((address, server.run()))
}

/// Wraps each accepted connection in a [`TimedStream`] and adds the address of its peer.
fn timed(
    limits: Limits,
) -> impl ServiceFactory<
    TcpStream,
    Config = (),
    Response = (TimedStream, Option<SocketAddr>),
    Error = DispatchError,
    InitError = (),
> {
    fn_service(move |stream: TcpStream| async move {
        let peer = stream.peer_addr().ok();
        Ok((TimedStream::new(stream, limits), peer))
    })
}
