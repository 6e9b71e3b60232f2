//! The connection pools: the settings of a new connection, and how a used one is cleaned.

use std::time::Duration;

use lab::{Faults, Lock};
use share::{Bounds, MaxTurns, Places};
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{Error, StoreConfig};

/// Ends the transaction that the last unit of work left open, and resets all its session settings.
///
/// sqlx 0.9.0 can return a connection that is still inside a transaction when a future was dropped during `begin` (sqlx issues 4385 and 4393).
/// Without this statement the next unit of work would then act for the previous tenant. Every unit of work leaves a transaction open, because
/// PostgreSQL logs a warning for each `rollback` without one. The statement also works in a transaction that has failed.
const FORGET: &str = "rollback; reset all";
/// PostgreSQL ends a transaction that is idle for this long, and releases its locks.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(10);
/// How long a statement may wait for a lock before it fails.
const LOCK: Duration = Duration::from_secs(2);
/// How long cleaning a connection may take before it is closed instead.
const CLEANING: Duration = Duration::from_secs(5);

/// How many units of work of all holders together may wait, besides those that have a connection. The next one is refused.
const WAITING: usize = 256;

/// The connections of one role, and the places in the queue for them.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) connections: PgPool,
    /// A turn is the right to one connection. It can take long, because a tenant's statements can wait for each other's locks.
    pub(crate) places: Places,
}

impl Pool {
    /// Wraps the connections of one role. `resource` is the pool's label in the metrics.
    pub(crate) fn new(resource: &'static str, connections: PgPool) -> Self {
        let at_once = connections.options().get_max_connections();
        let at_once = usize::try_from(at_once).unwrap_or(usize::MAX);
        let bounds = Bounds { at_once, waiting: WAITING, max_turns: MaxTurns::Share };
        Self { connections, places: Places::new(resource, bounds) }
    }

    /// How long a unit of work waits for its holder's turn, and then for a connection.
    pub(crate) fn acquire_timeout(&self) -> Duration {
        self.connections.options().get_acquire_timeout()
    }
}

/// Makes a pool that cleans each connection before another unit of work gets it.
///
/// The function connects once first, so that a wrong password or an unreachable server is reported immediately, and with its own error.
pub(crate) async fn connect(
    url: &str,
    max_connections: u32,
    config: &StoreConfig,
    faults: &Faults,
) -> Result<PgPool, Error> {
    let options = parse(url)?.application_name("watertight").options([
        ("statement_timeout", milliseconds(config.statement_timeout)),
        ("idle_in_transaction_session_timeout", milliseconds(IDLE_IN_TRANSACTION)),
        ("lock_timeout", milliseconds(LOCK.min(config.statement_timeout))),
        // Planning a list takes three times as long as running it, and the generic plan is no worse: a test checks that it uses every index with the
        // tenant as a condition. The cleaning (`reset all`) keeps these settings.
        ("plan_cache_mode", "force_generic_plan".to_owned()),
        // No statement runs long enough for compilation to pay off.
        ("jit", "off".to_owned()),
    ]);
    let first = tokio::time::timeout(config.acquire_timeout, options.connect()).await;
    first.unwrap_or(Err(sqlx::Error::PoolTimedOut))?.close().await?;
    let faults = faults.clone();
    let pool = PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(config.acquire_timeout)
        // A dead connection is detected at `begin`, before any work is lost. A test at each acquire would cost a round trip.
        .test_before_acquire(false)
        .after_release(move |connection, _| {
            // Without the lock, the connection keeps its settings.
            let forget = if faults.is_on(Lock::Transaction) { FORGET } else { "commit" };
            Box::pin(clean(connection, forget))
        })
        .connect_lazy_with(options);
    Ok(pool)
}

/// Parses a database URL. Its errors never repeat the URL, because it may hold a password. The driver's statement log is off: it would show the
/// passwords that the bootstrap sets.
pub(crate) fn parse(url: &str) -> Result<PgConnectOptions, Error> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return url
            .parse()
            .map(PgConnectOptions::disable_statement_logging)
            .map_err(Error::InvalidUrl);
    }
    Err(Error::InvalidUrl(sqlx::Error::Configuration(
        "the scheme is not `postgres` or `postgresql`".into(),
    )))
}

/// Cleans a connection. On an error or a timeout, sqlx closes it.
async fn clean(
    connection: &mut PgConnection,
    forgetting: &'static str,
) -> Result<bool, sqlx::Error> {
    match tokio::time::timeout(CLEANING, connection.execute(forgetting)).await {
        Ok(cleaned) => cleaned.map(|_| true),
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}

fn milliseconds(duration: Duration) -> String {
    duration.as_millis().to_string()
}
