//! Stops the server at a signal. After SIGTERM the node first reports that it is not ready, so that load balancers send its requests to other nodes.

use std::{io, time::Duration};

use actix_web::dev::ServerHandle;
use api::ReadinessProbe;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::sleep,
};

/// Stops the server at the next signal, in a task of its own. After SIGTERM the node is not ready for `drain_period`, then it accepts no connections and finishes
/// the requests under way. A second SIGTERM ends the drain period. SIGINT and SIGQUIT stop the server at once.
///
/// # Errors
/// If the process cannot listen for signals.
pub(crate) fn at_signal(
    server: ServerHandle,
    readiness: ReadinessProbe,
    drain_period: Duration,
) -> io::Result<()> {
    let mut signals = Signals::listen()?;
    tokio::spawn(async move {
        let mut signal = signals.next().await;
        if signal == StopSignal::Terminate && !drain_period.is_zero() {
            readiness.drain();
            tracing::info!(seconds = drain_period.as_secs(), "server.drain.started");
            tokio::select! {
                () = sleep(drain_period) => {}
                next = signals.next() => signal = next,
            }
        }
        tracing::info!("server.stop.started");
        let is_graceful = signal == StopSignal::Terminate;
        tokio::select! {
            () = server.stop(is_graceful) => {}
            () = signals.interrupted() => server.stop(false).await,
        }
    });
    Ok(())
}

/// A signal that ends the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StopSignal {
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

    async fn next(&mut self) -> StopSignal {
        tokio::select! {
            _ = self.terminate.recv() => StopSignal::Terminate,
            () = interrupted(&mut self.interrupt, &mut self.quit) => StopSignal::Interrupt,
        }
    }

    async fn interrupted(&mut self) {
        interrupted(&mut self.interrupt, &mut self.quit).await;
    }
}

async fn interrupted(interrupt: &mut Signal, quit: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = quit.recv() => {}
    }
}
