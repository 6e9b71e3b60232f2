//! `watertight serve`: checks the configuration and the stores, then answers requests until it is told to stop.

use std::{net::SocketAddr, sync::Arc};

use actix_web::{dev::Server, web::ServiceConfig};
use anyhow::Context;
use api::{Api, Directory, ReadinessProbe, Ui};
use cache::Cache;
use credential::{HashingLimits, Passwords};
use idp::{ExternalIssuers, IdentityProvider, Pools, Revocations, VerifiedTokens};
use lab::Faults;
use seal::Seals;
use session::{Generation, MemoryBackend, RecordStore, RedisBackend, RedisLink, Sessions};
use store::Store;
use throttle::{AttemptLimits, Throttle};
use tokio::runtime::Handle;

use crate::{
    config::{
        Database, Environment, RedisUrls, SessionStore, Web, cache_config, connections_per_worker,
        limits, seals,
    },
    external, families, faults, keys, listen, redis_check, reseal, revocations, session_store,
    stop,
    telemetry::{Exposition, Telemetry},
};

/// Serves until SIGINT or SIGTERM.
pub(crate) async fn serve(
    environment: &Environment<'_>,
    telemetry: &mut Telemetry,
) -> anyhow::Result<()> {
    let database = Database::read(environment)?;
    let (web, exposition) = (Web::read(environment)?, Exposition::read(environment)?);
    let connections =
        connections_per_worker(environment, web.workers, database.max_connections()?)?;
    let (redis, cached) = (RedisUrls::read(environment)?, cache_config(environment)?);
    let session_store = SessionStore::read(environment)?;
    let (seals, limits) = (seals(environment)?, limits(environment)?);
    let faults = faults::of_node(web.listen)?;
    redis.find_primaries().await;
    let store = database.connect_with_faults(faults.clone()).await?;
    store.audit().await?;
    let records = session_store::open(&session_store, &database, &store, &redis).await?;
    let stores = Stores { postgres: store.clone(), session_store, records, redis };
    let parts = Parts::start(&web, stores, cached, limits, seals, faults).await?;
    let parts = Arc::new(parts);
    let readiness = parts.readiness_probe()?;
    let (address, server) = listen(&web, connections, parts, readiness.clone())?;
    stop::at_signal(server.handle(), readiness.clone(), web.drain_period)
        .context("the process cannot listen for signals")?;
    let metrics_server = exposition.start(&telemetry.metrics, &store, readiness)?;
    let writer = telemetry.alert_queue.take().map(|queue| queue.start(store));
    println!("listening on http://{address}");
    let workers = web.workers.get();
    metrics::gauge!("watertight_workers").set(u32::try_from(workers).unwrap_or(u32::MAX));
    tracing::info!(public_url = %web.settings.public_url, workers, "server.http.started");
    if web.settings.demo_password.is_some() {
        let other_machines = if web.settings.local_only { "refused" } else { "answered" };
        tracing::warn!(
            other_machines,
            hint = "its passwords are public",
            "server.demonstration.started"
        );
    }
    let done = server.await.context("the web server failed");
    if let Some(writer) = writer {
        writer.end().await;
    }
    if let Some(metrics_server) = metrics_server {
        metrics_server.stop(false).await;
    }
    done
}

/// Binds the public port. Returns its address and the running server.
fn listen(
    web: &Web,
    connections_per_worker: usize,
    parts: Arc<Parts>,
    readiness: ReadinessProbe,
) -> anyhow::Result<(SocketAddr, Server)> {
    // Called once in each worker. The Redis URLs were checked when the configuration was read.
    let configure = move |config: &mut ServiceConfig| match parts.for_worker(readiness.clone()) {
        Ok(api) => api::configure(config, api),
        Err(error) => tracing::error!(%error, "server.worker.not_configured"),
    };
    let server =
        listen::listen(web.listen, web.workers, connections_per_worker, web.timeouts, configure);
    server.with_context(|| {
        format!(
            "cannot listen on `{}`\nhint: stop the process that listens there, or set `WATERTIGHT_LISTEN`",
            web.listen
        )
    })
}

/// The stores that a node is connected to, or can connect to.
struct Stores {
    postgres: Store,
    session_store: SessionStore,
    /// The session records, if they are neither in Redis nor in this process.
    records: Option<Arc<dyn RecordStore>>,
    redis: RedisUrls,
}

/// Everything that the workers share, and the configuration of their own Redis connections.
struct Parts {
    store: Store,
    cache: Cache,
    directory: Directory,
    passwords: Passwords,
    throttle: Throttle,
    pools: Pools,
    verified: VerifiedTokens,
    external: ExternalIssuers,
    settings: Arc<api::Settings>,
    ui: Option<Arc<Ui>>,
    redis: RedisUrls,
    seals: Seals,
    memory: MemoryBackend,
    session_store: SessionStore,
    records: Option<Arc<dyn RecordStore>>,
    generation: Generation,
    faults: Faults,
}

impl Parts {
    async fn start(
        web: &Web,
        stores: Stores,
        cached: cache::Config,
        limits: AttemptLimits,
        seals: Seals,
        faults: Faults,
    ) -> anyhow::Result<Self> {
        let Stores { postgres: store, session_store, records, redis } = stores;
        let ui = match &web.ui_folder {
            Some(folder) => Some(Arc::new(Ui::read(folder).context(
                "hint: build the pages with `just build-ui`, or leave `WATERTIGHT_UI_DIR` out",
            )?)),
            None => None,
        };
        let base = web.settings.public_url.to_string();
        let pools = Pools::start(store.clone(), seals.clone(), base).await?;
        reseal::check(&pools)?;
        let (sessions, bodies) = (redis.session_link()?, redis.cache_link()?);
        let throttle = Throttle::new(redis.session_link()?, seals.clone(), limits);
        let cache = Cache::new(cached, seals.clone(), sessions, bodies, Handle::current());
        let cache = cache.with_faults(faults.clone());
        let parts = Self {
            directory: Directory::start(store.clone()).await?,
            passwords: Passwords::start(HashingLimits::default())?,
            throttle,
            external: external::start(&web.external, &store, &pools).await?,
            pools,
            verified: VerifiedTokens::default(),
            settings: Arc::new(web.settings.clone()),
            ui,
            seals,
            memory: MemoryBackend::default(),
            session_store,
            records,
            generation: Generation::default(),
            cache,
            store,
            redis,
            faults,
        };
        redis_check::check(&parts.redis, &parts.session_store).await?;
        let sessions = parts.sessions(parts.redis.session_link()?);
        revocations::replay(&sessions, &parts.store)
            .await
            .context("hint: start Redis, or check `REDIS_SESSION_URL`")?;
        sessions.ping().await.context("hint: start Redis, or check `REDIS_SESSION_URL`")?;
        tokio::spawn(parts.pools.clone().follow());
        tokio::spawn(parts.directory.clone().follow());
        tokio::spawn(families::sweep_on_schedule(parts.store.clone()));
        tokio::spawn(keys::on_schedule(parts.pools.clone(), web.key_age));
        tokio::spawn(revocations::watch(sessions, parts.store.clone(), parts.generation.clone()));
        if !parts.cache.ping_l2().await {
            anyhow::bail!(
                "the cache Redis does not answer\nhint: start Redis, or check `REDIS_CACHE_URL`"
            );
        }
        // Before any request is served: a node that starts during an incident must know the position of the kill switch.
        let link = parts.redis.session_link()?;
        parts.cache.follow_switch(link).await.context("hint: check `REDIS_SESSION_URL`")?;
        Ok(parts)
    }

    fn sessions(&self, link: RedisLink) -> Sessions {
        let seals = self.seals.clone();
        let redis = RedisBackend::new(link, self.generation.clone());
        let sessions = match &self.records {
            Some(records) => Sessions::in_store(Arc::clone(records), redis, seals),
            None if self.session_store == SessionStore::Memory => {
                Sessions::in_memory(self.memory.clone(), seals)
            }
            None => Sessions::in_redis(redis, seals),
        };
        sessions.with_faults(self.faults.clone())
    }

    /// Creates the readiness check of the stores. All workers share it, and it has Redis connections of its own.
    fn readiness_probe(&self) -> anyhow::Result<ReadinessProbe> {
        let (link, bodies) = (self.redis.session_link()?, self.redis.cache_link()?);
        let (sessions, cache) = (self.sessions(link.clone()), self.cache.with_links(link, bodies));
        Ok(ReadinessProbe::new(Handle::current(), self.store.clone(), sessions, cache))
    }

    /// The application of one worker, with Redis connections of its own: shared ones would make the workers wait for each other. Sessions and
    /// tenant states share one link, and so one circuit breaker: they are read in one pipeline, which the breaker sends as a whole or not at
    /// all. So the one command that the breaker allows while Redis is down is always sent.
    fn for_worker(&self, readiness: ReadinessProbe) -> anyhow::Result<Api> {
        let link = self.redis.session_link()?;
        let sessions = self.sessions(link.clone());
        Ok(Api {
            store: self.store.clone(),
            cache: self.cache.with_links(link.clone(), self.redis.cache_link()?),
            idp: self.identity_provider(sessions.clone()),
            sessions,
            throttle: self.throttle.with_link(link.clone()),
            redis: link,
            passwords: self.passwords.clone(),
            seals: self.seals.clone(),
            directory: self.directory.clone(),
            readiness,
            settings: Arc::clone(&self.settings),
            ui: self.ui.clone(),
            faults: self.faults.clone(),
        })
    }

    /// The identity provider of one worker, which ends sessions over the worker's own Redis connection.
    fn identity_provider(&self, sessions: Sessions) -> IdentityProvider {
        IdentityProvider {
            pools: self.pools.clone(),
            external: self.external.clone(),
            verified: self.verified.clone(),
            revocations: Revocations { store: self.store.clone(), sessions },
            store: self.store.clone(),
            passwords: self.passwords.clone(),
            allows_demo_accounts: self.settings.demo_password.is_some(),
        }
    }
}
