//! How connections are made, and what must be true of one before it is used again.

use std::time::Duration;

use share::{Bounds, Lend, Places};
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{Error, StoreConfig, locks::Locks};

/// A transaction that sits idle this long was forgotten; PostgreSQL ends it and its locks.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(10);
/// Nobody waits longer than this for a lock.
const LOCK: Duration = Duration::from_secs(2);
/// How long cleaning a connection may take before it is closed instead.
const CLEANING: Duration = Duration::from_secs(5);

/// How many units of work may wait besides those that have a connection, of all holders together; the next one is refused.
const WAITING: usize = 256;

/// The connections of one role, and the places at them.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) connections: PgPool,
    /// A turn is the right to one connection. A tenant decides how long its statements wait for each other's locks, so a turn may take long.
    pub(crate) places: Places,
}

impl Pool {
    /// `resource` names it in the metrics.
    pub(crate) fn new(resource: &'static str, connections: PgPool) -> Self {
        let at_once = connections.options().get_max_connections();
        let at_once = usize::try_from(at_once).unwrap_or(usize::MAX);
        let bounds = Bounds { at_once, waiting: WAITING, lend: Lend::Part };
        Self { connections, places: Places::new(resource, bounds) }
    }

    /// How long a unit of work waits for its holder's turn, and then for a connection.
    pub(crate) fn acquire_timeout(&self) -> Duration {
        self.connections.options().get_acquire_timeout()
    }
}

/// A pool whose connections are clean, whoever had them before.
///
/// It is connected once first, so that a wrong password or an unreachable server is told at once and as what it is.
pub(crate) async fn connect(
    url: &str,
    max_connections: u32,
    config: &StoreConfig,
    locks: &Locks,
) -> Result<PgPool, Error> {
    let options = parse(url)?.application_name("watertight").options([
        ("statement_timeout", milliseconds(config.statement_timeout)),
        ("idle_in_transaction_session_timeout", milliseconds(IDLE_IN_TRANSACTION)),
        ("lock_timeout", milliseconds(LOCK.min(config.statement_timeout))),
        // Planning a list anew takes three times as long as finding its rows, and the plan made for all values is no worse: a test
        // holds that it enters every index with the tenant. What is set here survives the cleaning.
        ("plan_cache_mode", "force_generic_plan".to_owned()),
        // Nothing here runs long enough to be worth compiling.
        ("jit", "off".to_owned()),
    ]);
    let first = tokio::time::timeout(config.acquire_timeout, options.connect()).await;
    first.unwrap_or(Err(sqlx::Error::PoolTimedOut))?.close().await?;
    let locks = locks.clone();
    let pool = PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(config.acquire_timeout)
        // A dead connection shows at `begin`, where nothing is lost yet; asking first would cost a round trip each time.
        .test_before_acquire(false)
        .after_release(move |connection, _| {
            let forgetting = locks.forgetting();
            Box::pin(clean(connection, forgetting))
        })
        .connect_lazy_with(options);
    Ok(pool)
}

/// Reads a URL without ever repeating it. The driver's own log of statements is off: it would show the passwords that the bootstrap sets.
pub(crate) fn parse(url: &str) -> Result<PgConnectOptions, Error> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return url
            .parse()
            .map(PgConnectOptions::disable_statement_logging)
            .map_err(Error::InvalidUrl);
    }
    Err(Error::InvalidUrl(sqlx::Error::Configuration("the scheme is not `postgres`".into())))
}

/// Cleans a connection; on an error or silence sqlx closes it.
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
