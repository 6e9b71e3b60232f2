//! Writes alerts down, one after the other, beside the requests and never in their way.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use store::{Alert, Store};
use tokio::{
    sync::{mpsc::Receiver, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::alert::Waiting;

/// How soon a row is tried again while PostgreSQL does not answer.
const PAUSE: Duration = Duration::from_secs(1);
/// How long the rows that wait may take once we are told to stop.
const END: Duration = Duration::from_secs(2);

/// How many alerts have no row and will have none. Their log lines are all that is left of them.
static LOST: AtomicU64 = AtomicU64::new(0);

/// The alerts that wait to be written down.
pub(crate) struct Provenance(Receiver<Waiting>);

/// The task that writes.
pub(crate) struct Writer {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Counts an alert whose row is lost. The log cannot be told here: this is called while it tells something.
pub(super) fn lose(reason: &'static str) {
    LOST.fetch_add(1, Ordering::Relaxed);
    metrics::counter!("watertight_alerts_lost_total", "reason" => reason).increment(1);
}

impl Provenance {
    pub(super) const fn new(waiting: Receiver<Waiting>) -> Self {
        Self(waiting)
    }

    /// Begins to write.
    pub(crate) fn start(self, store: Store) -> Writer {
        let (stop, stopped) = oneshot::channel();
        Writer { stop, task: tokio::spawn(self.write(store, stopped)) }
    }

    async fn write(mut self, store: Store, mut stopped: oneshot::Receiver<()>) {
        let mut told = 0;
        loop {
            let next = tokio::select! {
                biased;
                next = self.0.recv() => next,
                _ = &mut stopped => {
                    self.0.close();
                    self.0.recv().await
                }
            };
            let Some(waiting) = next else { return };
            record(&store, waiting.alert.clone()).await;
            drop(waiting);
            metrics::gauge!("watertight_alerts_waiting").decrement(1);
            let lost = LOST.load(Ordering::Relaxed);
            if lost > told {
                tracing::error!(rows = lost - told, "server.alert.not_recorded");
                told = lost;
            }
        }
    }
}

/// Writes one row, however long PostgreSQL is away; meanwhile the queue fills, and what does not fit is counted.
async fn record(store: &Store, alert: Alert) {
    let mut waits = false;
    loop {
        match store.record_alert(alert.clone()).await {
            Ok(()) => return,
            Err(error) if error.is_temporary() => {
                if !waits {
                    tracing::warn!(%error, "server.alert.waits");
                }
                waits = true;
                sleep(PAUSE).await;
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(id = %alert.id, %error, cause, "server.alert.refused");
                return lose("refused");
            }
        }
    }
}

impl Writer {
    /// Writes what waits, for a moment.
    pub(crate) async fn end(self) {
        let _gone = self.stop.send(());
        if timeout(END, self.task).await.is_err() {
            tracing::error!("server.alerts.not_written_at_the_end");
        }
    }
}
