//! The store: the pools, and the runtime on which units of work run.

use std::time::Duration;

use lab::Faults;
use session::{NetworkStore, RoundTrips};
use share::Holder;
use tokio::runtime::Handle;

use crate::{
    Error, StoreConfig,
    health_check::HealthCheck,
    pool::{self, Pool},
    statement::Statements,
    transactions::{Access, Transaction},
};

/// Access to PostgreSQL, with one method for each operation. A clone is cheap and uses the same connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) app: Pool,
    pub(crate) platform: Pool,
    pub(crate) statements: Statements,
    pub(crate) statement_timeout: Duration,
    pub(crate) health_check: HealthCheck,
    runtime: Handle,
}

/// Connection counts of one role's pool. sqlx does not report how many callers wait for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// The role that the pool connects as: `app` or `platform`.
    pub role: &'static str,
    /// Open connections that are not in use.
    pub idle: u32,
    /// Connections that units of work use now.
    pub busy: u32,
    /// The largest number of connections that the pool opens.
    pub most: u32,
}

impl Store {
    /// Connects both roles once, so that a wrong configuration is reported at start.
    ///
    /// Units of work run on the runtime that this method is called on, no matter which thread starts them.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL cannot be reached, [`Error::SignInRefused`] or [`Error::InvalidUrl`] if a URL is wrong.
    pub async fn connect(config: StoreConfig) -> Result<Self, Error> {
        Self::connect_with_faults(config, Faults::default()).await
    }

    /// Connects with the locks that `faults` leaves on. The pools keep this handle: how they clean connections is one of the locks.
    ///
    /// # Errors
    /// As for [`Store::connect`].
    pub async fn connect_with_faults(config: StoreConfig, faults: Faults) -> Result<Self, Error> {
        let few = config.max_connections.min(4);
        let (own, most) = (pool::parse(&config.app_url)?, config.max_connections);
        let app = pool::connect(&config.app_url, most, &config, &faults).await?;
        let platform = pool::connect(&config.platform_url, few, &config, &faults).await?;
        Ok(Self {
            app: Pool::new("database", app),
            platform: Pool::new("directory", platform),
            statements: Statements::new(faults),
            statement_timeout: config.statement_timeout,
            health_check: HealthCheck::of(own, Handle::current()),
            runtime: Handle::current(),
        })
    }

    /// Returns the same store with other faults. How its connections are cleaned does not change: that was decided when it connected.
    #[must_use]
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.statements.faults = faults;
        self
    }

    /// The number of connections of each role's pool now, for the metrics.
    pub fn connections(&self) -> [Connections; 2] {
        [("app", &self.app.connections), ("platform", &self.platform.connections)].map(
            |(role, pool)| {
                let (open, idle) =
                    (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX));
                let most = pool.options().get_max_connections();
                Connections { role, idle: idle.min(open), busy: open.saturating_sub(idle), most }
            },
        )
    }

    /// Opens and ends a transaction on each role's pool, to check that PostgreSQL answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if one of the pools gets no answer.
    pub async fn ping(&self) -> Result<(), Error> {
        let store = self.clone();
        self.spawn(async move {
            for pool in [&store.app, &store.platform] {
                let tx =
                    Transaction::begin_unbound(&store, pool, Holder::Node, Access::Read).await?;
                tx.end(Ok(())).await?;
            }
            Ok(())
        })
        .await
    }

    /// Waits for the statements of a unit of work: at most `limit`, and only while PostgreSQL passes its health checks.
    pub(crate) async fn with_timeout<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.health_check.while_healthy_within(limit, work).await?
    }

    /// Runs a unit of work to its end, even if the caller stops waiting for it.
    ///
    /// The unit of work runs outside of any tracing span: the driver enters and leaves the current span twice for each row, which takes a tenth of
    /// the time of a page of a hundred rows. The caller measures the time in a span of its own, and an alert is logged in the request's span.
    pub(crate) fn spawn<T, U>(&self, unit: U) -> impl Future<Output = Result<T, Error>> + use<T, U>
    where
        T: Send + 'static,
        U: Future<Output = Result<T, Error>> + Send + 'static,
    {
        RoundTrips::note(NetworkStore::Postgres);
        let task = self.runtime.spawn(unit);
        async move { task.await.map_err(Error::Interrupted)? }
    }
}
