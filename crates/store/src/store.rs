//! The store: the pools, and the runtime on which units of work run.

use std::time::Duration;

use share::Holder;
use tokio::runtime::Handle;

use crate::{
    Error, StoreConfig,
    door::{Access, Transaction},
    locks::Locks,
    pool::{self, Pool},
    pulse::Pulse,
    statement::Statements,
};

/// PostgreSQL behind verbs. Cloning it is cheap; every clone uses the same connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) app: Pool,
    pub(crate) platform: Pool,
    pub(crate) statements: Statements,
    pub(crate) patience: Duration,
    pub(crate) pulse: Pulse,
    runtime: Handle,
}

/// The connections of one role's pool. How many wait for one, sqlx does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// `app` or `platform`.
    pub role: &'static str,
    /// Open, and nobody uses them.
    pub idle: u32,
    /// In use.
    pub busy: u32,
    /// As many as there may be.
    pub most: u32,
}

impl Store {
    /// Connects both roles once, so that what is wrong with the configuration is known at start.
    ///
    /// Units of work run on the runtime this is called on, whichever thread asks for them later.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL cannot be reached, [`Error::SignInRefused`] or [`Error::InvalidUrl`] if a URL is wrong.
    pub async fn connect(config: StoreConfig) -> Result<Self, Error> {
        Self::connect_under(Locks::default(), config).await
    }

    /// Connects under these locks. The pools keep them for as long as they live.
    pub(crate) async fn connect_under(locks: Locks, config: StoreConfig) -> Result<Self, Error> {
        let few = config.max_connections.min(4);
        let (own, most) = (pool::parse(&config.app_url)?, config.max_connections);
        let app = pool::connect(&config.app_url, most, &config, &locks).await?;
        let platform = pool::connect(&config.platform_url, few, &config, &locks).await?;
        Ok(Self {
            app: Pool::new("database", app),
            platform: Pool::new("directory", platform),
            statements: Statements { locks },
            patience: config.statement_timeout,
            pulse: Pulse::of(own, Handle::current()),
            runtime: Handle::current(),
        })
    }

    /// How many connections each role's pool has right now; asked by the metrics.
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

    /// Asks both roles' pools for a sign of life.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if one does not answer.
    pub async fn ping(&self) -> Result<(), Error> {
        let store = self.clone();
        self.spawn(async move {
            for pool in [&store.app, &store.platform] {
                let tx = Transaction::begin(&store, pool, Holder::Node, Access::Read, "").await?;
                tx.end(Ok(())).await?;
            }
            Ok(())
        })
        .await
    }

    /// Waits for the statements of a unit of work: so long at most, and only while PostgreSQL lives.
    pub(crate) async fn patiently<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.pulse.while_it_lives_within(limit, work).await?
    }

    /// Runs a unit of work to its end, even if whoever waits for it goes away.
    ///
    /// It runs in no span: the driver enters and leaves the current one twice for each row, which is a tenth of what a page of a
    /// hundred rows costs. Whoever asks still measures it in a span of their own, and what is an alert is told in the request's.
    pub(crate) fn spawn<T, U>(&self, unit: U) -> impl Future<Output = Result<T, Error>> + use<T, U>
    where
        T: Send + 'static,
        U: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let task = self.runtime.spawn(unit);
        async move { task.await.map_err(Error::Interrupted)? }
    }
}
