//! Health checks of PostgreSQL, which tell a server that does not answer from a busy one.
//!
//! Work on a server that does not answer is refused early. On a busy server a slow statement continues.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use tokio::{runtime::Handle, sync::Mutex, time::timeout};

use crate::Error;

/// A unit of work that takes this long triggers a health check. The next one follows after twice as long, and so on.
const FIRST_CHECK_AFTER: Duration = Duration::from_millis(500);
/// The longest interval between two health checks of one unit of work.
const MAX_CHECK_INTERVAL: Duration = Duration::from_secs(4);
/// Timeout of a health check. The check opens a new connection, so that a full pool does not look like a server that does not answer.
const TIMEOUT: Duration = Duration::from_millis(1_500);
/// Interval of the health checks while PostgreSQL does not answer. Requests are refused immediately meanwhile.
const RETRY_INTERVAL: Duration = Duration::from_millis(200);

/// The health of one PostgreSQL server. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct HealthCheck(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: PgConnectOptions,
    runtime: Handle,
    is_down: AtomicBool,
    last_check: Mutex<Option<(Instant, bool)>>,
}

impl HealthCheck {
    pub(crate) fn of(options: PgConnectOptions, runtime: Handle) -> Self {
        Self(Arc::new(Inner {
            options,
            runtime,
            is_down: AtomicBool::new(false),
            last_check: Mutex::new(None),
        }))
    }

    /// Refuses new work with [`Error::Unhealthy`] while PostgreSQL is known not to answer.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.is_down.load(Ordering::Acquire) { Err(Error::Unhealthy) } else { Ok(()) }
    }

    /// Waits for the work, as long as PostgreSQL passes the health checks.
    pub(crate) async fn while_healthy<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let (mut work, mut statement_timeout) = (pin!(work), FIRST_CHECK_AFTER);
        loop {
            if let Ok(done) = timeout(statement_timeout, &mut work).await {
                return Ok(done);
            }
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                is_healthy = self.is_healthy() => if !is_healthy { return Err(Error::Unhealthy) },
            }
            statement_timeout = MAX_CHECK_INTERVAL.min(statement_timeout * 2);
        }
    }

    /// The same, but waits at most `limit`.
    pub(crate) async fn while_healthy_within<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Error> {
        self.while_healthy(timeout(limit, work)).await?.map_err(|_| Error::TimedOut)
    }

    /// Runs a health check and returns whether PostgreSQL answers. Callers at the same time share one check.
    async fn is_healthy(&self) -> bool {
        let mut last = self.0.last_check.lock().await;
        if let Some((at, was_healthy)) = *last
            && at.elapsed() < RETRY_INTERVAL
        {
            return was_healthy;
        }
        let checked = connect_once(&self.0.options).await;
        *last = Some((Instant::now(), checked.is_ok()));
        drop(last);
        let Err(error) = checked else { return true };
        if !self.0.is_down.swap(true, Ordering::AcqRel) {
            tracing::warn!(%error, "store.health_check.failed");
            self.0.runtime.spawn(wait_until_healthy(self.clone()));
        }
        false
    }
}

/// Repeats the health check until PostgreSQL answers. Only one task does so at a time.
async fn wait_until_healthy(health_check: HealthCheck) {
    let begun = Instant::now();
    while connect_once(&health_check.0.options).await.is_err() {
        tokio::time::sleep(RETRY_INTERVAL).await;
    }
    *health_check.0.last_check.lock().await = None;
    health_check.0.is_down.store(false, Ordering::Release);
    tracing::info!(after = ?begun.elapsed(), "store.health_check.recovered");
}

/// Opens a connection. A server that refuses it is up too, unless it says that it is starting or stopping (SQLSTATE 57P…).
async fn connect_once(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    match timeout(TIMEOUT, options.connect()).await {
        Ok(Ok(connection)) => {
            // The connection was opened, which is enough. An error while it is closed does not matter.
            let _closed = timeout(TIMEOUT, connection.close()).await;
            Ok(())
        }
        Ok(Err(sqlx::Error::Database(refusal)))
            if refusal.code().is_none_or(|code| !code.starts_with("57P")) =>
        {
            Ok(())
        }
        Ok(Err(error)) => Err(error),
        Err(elapsed) => Err(sqlx::Error::Io(elapsed.into())),
    }
}
