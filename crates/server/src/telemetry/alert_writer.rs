//! Writes alerts to PostgreSQL one after the other, in the background. No request waits for it.

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

/// The pause before a row is written again while PostgreSQL does not answer.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// How long it may take to write the waiting rows once the server is told to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// How many alerts will never have a row. They exist only in the log.
static LOST_ALERTS: AtomicU64 = AtomicU64::new(0);

/// The queue of alerts that wait to be written.
pub(crate) struct AlertQueue(Receiver<Waiting>);

/// The background task that writes alerts.
pub(crate) struct AlertWriter {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Counts an alert whose row is lost. It must not log, because it is called while an event is being logged.
pub(super) fn count_lost(reason: &'static str) {
    LOST_ALERTS.fetch_add(1, Ordering::Relaxed);
    metrics::counter!("watertight_alerts_lost_total", "reason" => reason).increment(1);
}

impl AlertQueue {
    pub(super) const fn new(waiting: Receiver<Waiting>) -> Self {
        Self(waiting)
    }

    /// Starts the background task.
    pub(crate) fn start(self, store: Store) -> AlertWriter {
        let (stop, stopped) = oneshot::channel();
        AlertWriter { stop, task: tokio::spawn(self.write(store, stopped)) }
    }

    async fn write(mut self, store: Store, mut stopped: oneshot::Receiver<()>) {
        let mut reported = 0;
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
            let lost = LOST_ALERTS.load(Ordering::Relaxed);
            if lost > reported {
                tracing::error!(rows = lost - reported, "server.alert.not_recorded");
                reported = lost;
            }
        }
    }
}

/// Writes one row, and retries for as long as PostgreSQL does not answer. Meanwhile the queue fills, and alerts that do not fit are counted as lost.
async fn record(store: &Store, alert: Alert) {
    let mut waits = false;
    loop {
        match store.record_alert(alert.clone()).await {
            Ok(()) => return,
            Err(error) if error.is_temporary() => {
                if !waits {
                    tracing::warn!(%error, "server.alert.retried");
                }
                waits = true;
                sleep(RETRY_INTERVAL).await;
            }
            Err(error) => {
                // The error with its causes, on one line.
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::error!(id = %alert.id, error, "server.alert.refused");
                return count_lost("refused");
            }
        }
    }
}

impl AlertWriter {
    /// Writes the waiting alerts, for at most [`SHUTDOWN_TIMEOUT`].
    pub(crate) async fn end(self) {
        let _already_ended = self.stop.send(());
        if timeout(SHUTDOWN_TIMEOUT, self.task).await.is_err() {
            tracing::error!("server.alert.not_written_at_shutdown");
        }
    }
}
