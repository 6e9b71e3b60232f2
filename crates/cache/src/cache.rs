//! The cache itself: the only way in is [`Cache::for_tenant`].

use std::{future::Future, sync::Arc, time::Duration};

use domain::{TenantId, TenantStatus};
use serde::Serialize;
use session::RedisLink;
use tenancy::TenantContext;
use tokio::runtime::Handle;

use crate::{
    body::{Body, Loaded},
    envelope::{Disbelief, Envelope, Place},
    epoch::Epoch,
    flight::Flights,
    key::{FullKey, Key},
    l1::L1,
    l2::L2,
    state::{States, TenantState},
};

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Bytes in this process; no tenant may fill more than a quarter.
    pub l1_bytes: usize,
    /// How long a body is kept at most. It bounds what a Redis failover can bring back.
    pub ttl: Duration,
    /// How long a fence stands if its writer dies: longer than a transaction of [`Cache::write`] can take.
    pub lease: Duration,
}

impl Default for Config {
    /// 64 MiB, one minute, and one minute: a request's transaction takes at most 43 seconds (3 for a connection, 10 to begin, 20
    /// to work, 10 to commit).
    fn default() -> Self {
        let minute = Duration::from_mins(1);
        Self { l1_bytes: 64 << 20, ttl: minute, lease: minute }
    }
}

/// Why there is no body.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The Redis of epochs and states does not answer. Nothing may be served without knowing the epoch.
    #[error("the tenant's state cannot be read")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The loader failed.
    #[error("the body could not be loaded")]
    Load(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The value could not be encoded, or its task was lost.
    #[error("the body could not be made")]
    Broken(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

type FlightKey = (FullKey, Vec<Epoch>);
type Flown = Result<Option<Arc<Body>>, Error>;

/// The cache of one worker: its own Redis connections, everything else shared with the other workers.
#[derive(Clone)]
pub struct Cache {
    l1: L1,
    flights: Flights<FlightKey, Flown>,
    pub(crate) states: States,
    l2: L2,
    pub(crate) config: Config,
    pub(crate) runtime: Handle,
}

/// The cache as one viewer of one tenant sees it.
pub struct TenantCache<'a> {
    cache: &'a Cache,
    viewer: &'a TenantContext,
    state: &'a TenantState,
    request: &'a str,
}

impl Cache {
    /// A cache with these links; loads run on this runtime.
    pub fn new(config: Config, sessions: RedisLink, bodies: RedisLink, runtime: Handle) -> Self {
        Self {
            l1: L1::new(config.l1_bytes, config.ttl),
            flights: Flights::new(runtime.clone()),
            states: States::new(sessions),
            l2: L2::new(bodies, config.ttl),
            config,
            runtime,
        }
    }

    /// The same cache for another worker with links of its own.
    #[must_use]
    pub fn with_links(&self, sessions: RedisLink, bodies: RedisLink) -> Self {
        Self { states: States::new(sessions), l2: L2::new(bodies, self.config.ttl), ..self.clone() }
    }

    /// A tenant's status and epochs.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer.
    #[tracing::instrument(level = "debug", name = "cache.state.read", skip_all)]
    pub async fn state(&self, tenant: TenantId) -> Result<TenantState, Error> {
        self.states.read(tenant).await.map_err(unavailable)
    }

    /// Remembers for a few seconds what PostgreSQL said of a tenant's status.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer.
    pub async fn remember_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), Error> {
        self.states.remember_status(tenant, status).await.map_err(unavailable)
    }

    /// Tells all nodes of a status that PostgreSQL holds since a moment, in place of the one they remember.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer; then they notice within five seconds.
    pub async fn announce_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), Error> {
        self.states.announce_status(tenant, status).await.map_err(unavailable)
    }

    /// The only way to a cached body: as a viewer bound to a tenant, under the state read while binding, for this request.
    pub const fn for_tenant<'a>(
        &'a self,
        viewer: &'a TenantContext,
        state: &'a TenantState,
        request: &'a str,
    ) -> TenantCache<'a> {
        TenantCache { cache: self, viewer, state, request }
    }

    /// Whether the Redis of bodies answers. If it does not, everything still works, from PostgreSQL.
    pub async fn bodies_answer(&self) -> bool {
        self.l2.ping().await.is_ok()
    }
}

impl TenantCache<'_> {
    /// The finished body of this key: from this process, from Redis, or made by the loader; `None` if the loader finds nothing.
    ///
    /// # Errors
    /// [`Error::Load`] with the loader's error; a failure of the cache Redis is only a miss.
    pub async fn get_or_load<K, T, E, F>(&self, key: &K, load: impl FnOnce() -> F) -> Flown
    where
        K: Key,
        T: Serialize + Send + Sync + 'static,
        E: std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<Option<Loaded<T>>, E>> + Send + 'static,
    {
        // What follows a miss is boxed, or every hit would carry the room for it about: 11 KB, copied each time.
        if self.state.is_fenced(K::ENTITIES) {
            let full = FullKey::new(self.viewer, key);
            return Box::pin(self.load_past_the_cache(&full, load())).await;
        }
        let (full, epochs) = (FullKey::new(self.viewer, key), self.state.epochs_of(K::ENTITIES));
        let place = Place { tenant: self.viewer.tenant(), key: &full, epochs: &epochs };
        if let Some(body) = self.cache.l1.get(&place) {
            return Ok(Some(body));
        }
        let filler = Filler {
            cache: self.cache.clone(),
            tenant: place.tenant,
            key: full.clone(),
            epochs: epochs.clone(),
            request: self.request.to_owned(),
            keep_in_process: key.keep_in_process(),
        };
        let flown = Box::pin(self.cache.flights.join((full, epochs), || filler.fill(load()))).await;
        flown.map_err(|lost| Error::Broken(Arc::new(lost)))?
    }

    /// A load of one's own that fills nothing: while a write is under way, nobody can say what a body is true of.
    async fn load_past_the_cache<T, E, F>(&self, key: &FullKey, load: F) -> Flown
    where
        T: Serialize,
        E: std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<Option<Loaded<T>>, E>>,
    {
        Ok(made(key, load).await?.map(Arc::new))
    }
}

/// The body that a loader makes.
async fn made<T, E, F>(key: &FullKey, load: F) -> Result<Option<Body>, Error>
where
    T: Serialize,
    E: std::error::Error + Send + Sync + 'static,
    F: Future<Output = Result<Option<Loaded<T>>, E>>,
{
    let loaded = load.await.map_err(|error| Error::Load(Arc::new(error)))?;
    let body = loaded.map(|loaded| Body::encode(key, &loaded)).transpose();
    body.map_err(|error| Error::Broken(Arc::new(error)))
}

/// One load: it outlives the request that began it.
struct Filler {
    cache: Cache,
    tenant: TenantId,
    key: FullKey,
    epochs: Vec<Epoch>,
    request: String,
    keep_in_process: bool,
}

impl Filler {
    async fn fill<T, E, F>(self, load: F) -> Flown
    where
        T: Serialize,
        E: std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<Option<Loaded<T>>, E>> + Send,
    {
        if let Some(body) = self.read_l2().await {
            return Ok(Some(self.keep(body)));
        }
        let Some(body) = made(&self.key, load).await? else { return Ok(None) };
        self.write_l2(&body).await;
        Ok(Some(self.keep(body)))
    }

    fn place(&self) -> Place<'_> {
        Place { tenant: self.tenant, key: &self.key, epochs: &self.epochs }
    }

    fn keep(&self, body: Body) -> Arc<Body> {
        let body = Arc::new(body);
        if self.keep_in_process {
            self.cache.l1.put(&self.place(), &body);
        }
        body
    }

    async fn read_l2(&self) -> Option<Body> {
        let found = self.cache.l2.get(&self.key).await;
        let bytes =
            found.inspect_err(|error| tracing::warn!(%error, "cache.l2.get_failed")).ok()??;
        match Envelope::open(&bytes, &self.place()) {
            Ok(body) => Some(body),
            Err(Disbelief::Stale) => None,
            Err(disbelief) => {
                tracing::error!(tenant = %self.tenant, %disbelief, "cache.envelope.refused");
                None
            }
        }
    }

    async fn write_l2(&self, body: &Body) {
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let filled_at = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        let envelope = Envelope::close(&self.place(), filled_at, &self.request, body.clone());
        match envelope.to_bytes() {
            Ok(bytes) => {
                if let Err(error) = self.cache.l2.put(&self.key, bytes).await {
                    tracing::warn!(%error, "cache.l2.put_failed");
                }
            }
            Err(error) => tracing::error!(%error, "cache.envelope.not_encoded"),
        }
    }
}

fn unavailable(error: redis::RedisError) -> Error {
    Error::Unavailable(Arc::new(error))
}
