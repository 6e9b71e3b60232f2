//! When a node stops: after SIGTERM it is not ready for a while first, so that load balancers send no more requests.

use std::{io, time::Duration};

use api::ReadinessProbe;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::sleep,
};

/// A future that ends when the server has to stop accepting connections. After SIGTERM that is `drain` later, and the node is not ready in the meantime; after
/// SIGINT, SIGQUIT or a second SIGTERM it is at once.
///
/// # Errors
/// If the process cannot listen for signals.
pub(crate) fn stop_signal(
    readiness: ReadinessProbe,
    drain: Duration,
) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut signals = Signals::listen()?;
    Ok(async move {
        if signals.next().await == Kind::Terminate && !drain.is_zero() {
            readiness.drain();
            tracing::info!(seconds = drain.as_secs(), "server.drain.started");
            tokio::select! {
                () = sleep(drain) => {}
                _ = signals.next() => {}
            }
        }
        tracing::info!("server.stop.started");
    })
}

/// A signal that ends the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// From an operator or an orchestrator that waits for the end.
    Terminate,
    /// From a terminal.
    Interrupt,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    async fn next(&mut self) -> Kind {
        tokio::select! {
            _ = self.terminate.recv() => Kind::Terminate,
            _ = self.interrupt.recv() => Kind::Interrupt,
            _ = self.quit.recv() => Kind::Interrupt,
        }
    }
}
