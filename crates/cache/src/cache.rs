//! The cache. Cached bodies are read through [`Cache::for_tenant`] only.

use std::{future::Future, sync::Arc, time::Duration};

use domain::{TenantId, TenantSettings};
use lab::{Faults, Lock};
use seal::Seals;
use serde::Serialize;
use session::{ReadBatch, RedisLink, Replies};
use tenancy::TenantContext;
use tokio::runtime::Handle;
use tracing::{Instrument, Span, field};

use crate::{
    alert,
    body::{Body, Loaded},
    entry_id::{CacheEntryId, L1Key},
    epoch::Epoch,
    fill::{Filler, Found, load_uncached},
    key::Key,
    kill_switch::KillSwitch,
    l1::L1,
    l2::L2,
    reads::{Reads, Source},
    single_flight::{LoadError, SingleFlight},
    state::{PendingState, TenantState},
    write::Writer,
};

/// Size limits and lifetimes of the cache.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The capacity of L1 in bytes, for all tenants. One tenant may use at most a quarter.
    pub l1_bytes: usize,
    /// The most bytes that this process writes to L2 for one tenant within `ttl`. Redis has no quota per tenant, so one tenant's
    /// writes can evict the others' bodies.
    pub l2_share: usize,
    /// The longest time that a body is kept. It bounds how long a Redis failover can bring an old body back.
    pub ttl: Duration,
    /// How long a fence stays if its writer dies. Must be longer than the longest transaction of [`Cache::write`].
    pub lease: Duration,
}

impl Default for Config {
    /// 64 MiB each for `l1_bytes` and `l2_share`, one minute each for `ttl` and `lease`. A request's transaction takes at most 44 seconds
    /// (4 for a connection, 10 to begin, 20 to work, 10 to commit).
    fn default() -> Self {
        let minute = Duration::from_mins(1);
        Self { l1_bytes: 64 << 20, l2_share: 64 << 20, ttl: minute, lease: minute }
    }
}

/// Why the cache returned no body.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The session Redis, which holds epochs and tenant states, does not answer. Nothing is served while the epoch is unknown.
    #[error("the tenant's state cannot be read")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The tenant has reached its share of concurrent loads. The caller may retry in a moment.
    #[error("too many bodies are being loaded")]
    Busy(#[source] share::Full),
    /// The loader failed.
    #[error("the body could not be loaded")]
    Load(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The value could not be encoded, or the task that loads it panicked or was cancelled.
    #[error("the body could not be built")]
    Broken(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The body that was found belongs to another tenant, visibility or key. It is discarded.
    #[error("the cache returned a body of another tenant, visibility or key")]
    ForeignBody,
}

/// The cache as one worker uses it. The Redis connections are the worker's own; everything else is shared between workers.
#[derive(Clone)]
pub struct Cache {
    pub(crate) l1: L1,
    loads: SingleFlight<(L1Key, Vec<Epoch>), Result<Found, Error>>,
    pub(crate) l2: L2,
    pub(crate) seals: Seals,
    pub(crate) faults: Faults,
    pub(crate) kill_switch: KillSwitch,
    pub(crate) writer: Writer,
    reads: Reads,
}

/// The cache for one request, bound to its viewer and tenant. See [`Cache::for_tenant`].
pub struct TenantCache<'a> {
    cache: &'a Cache,
    viewer: &'a TenantContext,
    state: &'a TenantState,
    request: &'a str,
}

impl Cache {
    /// Creates a cache. `sessions` links to the Redis of epochs and fences, `bodies` to the Redis of cached bodies, which are sealed with
    /// `seals`. Loads run on `runtime`.
    pub fn new(
        config: Config,
        seals: Seals,
        sessions: RedisLink,
        bodies: RedisLink,
        runtime: Handle,
    ) -> Self {
        Self {
            l1: L1::new(config.l1_bytes, config.ttl),
            loads: SingleFlight::new(runtime.clone()),
            l2: L2::new(bodies, config.ttl, config.l2_share),
            seals,
            faults: Faults::default(),
            kill_switch: KillSwitch::default(),
            writer: Writer::new(sessions, config.lease, runtime),
            reads: Reads::default(),
        }
    }

    /// Returns the same cache for another worker, with that worker's Redis links.
    #[must_use]
    pub fn with_links(&self, sessions: RedisLink, bodies: RedisLink) -> Self {
        Self {
            l2: self.l2.with_link(bodies),
            writer: self.writer.with_link(sessions),
            ..self.clone()
        }
    }

    /// Returns the same cache, controlled by the lock switches in `faults`.
    #[must_use]
    pub fn with_faults(self, faults: Faults) -> Self {
        Self { writer: self.writer.with_faults(&faults), faults, ..self }
    }

    /// Removes every body from L1, as a restart would.
    #[cfg(feature = "lab")]
    pub fn forget_everything(&self) {
        self.l1.clear();
    }

    /// Adds the reads of a tenant's settings, epochs and fences to a batch for the session Redis. Pass the result to [`Self::read_state`].
    pub fn ask_state(&self, batch: &mut ReadBatch, tenant: TenantId) -> PendingState {
        self.writer.states().ask(batch, tenant)
    }

    /// Reads a tenant's settings, epochs and fences from the replies to the batch.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer, or a reply is not a tenant's state.
    #[tracing::instrument(level = "debug", name = "cache.state.read", skip_all)]
    pub async fn read_state(
        &self,
        pending: PendingState,
        replies: &mut Replies,
    ) -> Result<TenantState, Error> {
        self.writer.states().read(pending, replies).await.map_err(unavailable)
    }

    /// Reads a tenant's settings, epochs and fences in a round trip of its own.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer, or a reply is not a tenant's state.
    pub async fn state(&self, tenant: TenantId) -> Result<TenantState, Error> {
        let mut batch = ReadBatch::over(self.writer.states().link(), tenant);
        let state = self.ask_state(&mut batch, tenant);
        let mut replies =
            batch.send().await.map_err(|error| Error::Unavailable(Arc::new(error)))?;
        self.read_state(state, &mut replies).await
    }

    /// Stores a tenant's settings, as read from PostgreSQL, in the session Redis for five seconds. Does not replace stored settings.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer.
    pub async fn remember_settings(
        &self,
        tenant: TenantId,
        settings: TenantSettings,
    ) -> Result<(), Error> {
        self.writer.states().remember_settings(tenant, settings).await.map_err(unavailable)
    }

    /// Publishes settings that were just written to PostgreSQL, so that every node uses them from its next request on.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer; the nodes then use them within five seconds.
    pub async fn announce_settings(
        &self,
        tenant: TenantId,
        settings: TenantSettings,
    ) -> Result<(), Error> {
        self.writer.announce_settings(tenant, settings).await
    }

    /// Returns the cache for one request: there is no other way to read a cached body. `state` was read while the request was bound, and
    /// `request` is the request's id.
    pub const fn for_tenant<'a>(
        &'a self,
        viewer: &'a TenantContext,
        state: &'a TenantState,
        request: &'a str,
    ) -> TenantCache<'a> {
        TenantCache { cache: self, viewer, state, request }
    }

    /// Whether the cache Redis answers a `PING`. Without it, requests are served from L1 and PostgreSQL.
    pub async fn ping_l2(&self) -> bool {
        self.l2.ping().await.is_ok()
    }
}

impl TenantCache<'_> {
    /// Returns the body of `key` from L1, from L2 or from the loader; `None` if the loader finds nothing. A failure of the cache Redis is a miss.
    ///
    /// # Errors
    /// [`Error::Load`] with the loader's error, [`Error::Busy`] if the tenant has reached its share of loads, [`Error::Broken`] if the load was
    /// lost, [`Error::ForeignBody`] if the body found is not the viewer's.
    pub async fn get_or_load<K, T, E, F>(
        &self,
        key: &K,
        load: impl FnOnce() -> F,
    ) -> Result<Option<Arc<Body>>, Error>
    where
        K: Key,
        T: Serialize + Send + Sync + 'static,
        E: std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<Option<Loaded<T>>, E>> + Send + 'static,
    {
        let entry_id = CacheEntryId::of(self.viewer, key, self.state, &self.cache.faults);
        let span =
            tracing::debug_span!("cache.body.get", family = %K::FAMILY, source = field::Empty);
        let found = self.find(&entry_id, key, load).instrument(span.clone()).await?;
        self.count(&span, entry_id.tenant, found.source);
        found.body.map(|body| self.stamped(&entry_id, body)).transpose()
    }

    async fn find<K, T, E, F>(
        &self,
        entry_id: &CacheEntryId,
        key: &K,
        load: impl FnOnce() -> F,
    ) -> Result<Found, Error>
    where
        K: Key,
        T: Serialize + Send + Sync + 'static,
        E: std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<Option<Loaded<T>>, E>> + Send + 'static,
    {
        let cache = self.cache;
        // During a write a cached body may already be stale. The kill switch turns the cache off altogether.
        if self.state.is_fenced(K::ENTITIES) || !cache.kill_switch.is_on() {
            return Box::pin(load_uncached(entry_id, load())).await;
        }
        if let Some(body) = cache.l1.get(entry_id) {
            return Ok(Found { body: Some(body), source: Source::L1 });
        }
        let filler = || Filler {
            cache: cache.clone(),
            entry_id: entry_id.clone(),
            request: self.request.to_owned(),
            keep_in_process: key.keep_in_process(),
            keep_empty: key.keep_empty(),
        };
        let load_key = (entry_id.slot(), entry_id.epochs.clone());
        // Boxed: the future of a load is large, and a hit does not need it.
        let shared =
            Box::pin(cache.loads.join(entry_id.tenant, load_key, || filler().fill(load()))).await;
        match shared {
            Ok(found) => found,
            Err(LoadError::Full(full)) => Err(Error::Busy(full)),
            Err(LoadError::NoResult(lost)) => Err(Error::Broken(Arc::new(lost))),
        }
    }

    /// The `Stamp` lock: a body from any source must carry this viewer's tenant, visibility and key.
    fn stamped(&self, entry_id: &CacheEntryId, body: Arc<Body>) -> Result<Arc<Body>, Error> {
        if self.cache.faults.is_on(Lock::Stamp) && !body.belongs_to(entry_id) {
            alert::foreign_body(entry_id, &body);
            return Err(Error::ForeignBody);
        }
        Ok(body)
    }

    fn count(&self, span: &Span, tenant: TenantId, source: Source) {
        span.record("source", source.as_str());
        self.cache.reads.count(tenant, source);
    }
}

fn unavailable(error: redis::RedisError) -> Error {
    metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
    Error::Unavailable(Arc::new(error))
}
