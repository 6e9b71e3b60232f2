//! The cache itself: the only way in is [`Cache::for_tenant`].

use std::{future::Future, sync::Arc, time::Duration};

use domain::{TenantId, TenantStatus};
use seal::Seals;
use serde::Serialize;
use session::{RedisLink, Replies, RoundTrip};
use tenancy::TenantContext;
use tokio::runtime::Handle;
use tracing::{Instrument, Span, field};

use crate::{
    alert,
    body::{Body, Loaded},
    epoch::Epoch,
    fill::{Filler, Found, past_the_cache},
    flight::{Flights, NotLoaded},
    key::Key,
    l1::L1,
    l2::L2,
    locks::Locks,
    place::{Place, Slot},
    reads::{Reads, Source},
    state::{StateQuestion, TenantState},
    switch::Switch,
    write::Writer,
};

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Bytes in this process; no tenant may fill more than a quarter.
    pub l1_bytes: usize,
    /// Bytes that this process writes to Redis for one tenant within `ttl`. Redis has no share per tenant: what one writes can
    /// push out what the others have.
    pub l2_share: usize,
    /// How long a body is kept at most. It bounds what a Redis failover can bring back.
    pub ttl: Duration,
    /// How long a fence stands if its writer dies: longer than a transaction of [`Cache::write`] can take.
    pub lease: Duration,
}

impl Default for Config {
    /// 64 MiB, 64 MiB, one minute, and one minute: a request's transaction takes at most 44 seconds (4 for a connection, 10 to begin, 20
    /// to work, 10 to commit).
    fn default() -> Self {
        let minute = Duration::from_mins(1);
        Self { l1_bytes: 64 << 20, l2_share: 64 << 20, ttl: minute, lease: minute }
    }
}

/// Why there is no body.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The Redis of epochs and states does not answer. Nothing may be served without knowing the epoch.
    #[error("the tenant's state cannot be read")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The tenant has as many loads under way as it may; try again in a moment.
    #[error("too many bodies are being loaded")]
    Busy(#[source] share::Full),
    /// The loader failed.
    #[error("the body could not be loaded")]
    Load(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The value could not be encoded, or its task was lost.
    #[error("the body could not be made")]
    Broken(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The body that was found belongs to somebody else. It is dropped.
    #[error("a body of another tenant or view came back")]
    ForeignBody,
}

/// The cache of one worker: its own Redis connections, everything else shared with the other workers.
#[derive(Clone)]
pub struct Cache {
    pub(crate) l1: L1,
    flights: Flights<(Slot, Vec<Epoch>), Result<Found, Error>>,
    pub(crate) l2: L2,
    pub(crate) seals: Seals,
    pub(crate) locks: Locks,
    pub(crate) switch: Switch,
    pub(crate) writer: Writer,
    reads: Reads,
}

/// The cache as one viewer of one tenant sees it.
pub struct TenantCache<'a> {
    cache: &'a Cache,
    viewer: &'a TenantContext,
    state: &'a TenantState,
    request: &'a str,
}

impl Cache {
    /// A cache with these links; loads run on this runtime, and bodies in Redis are sealed.
    pub fn new(
        config: Config,
        seals: Seals,
        sessions: RedisLink,
        bodies: RedisLink,
        runtime: Handle,
    ) -> Self {
        Self {
            l1: L1::new(config.l1_bytes, config.ttl),
            flights: Flights::new(runtime.clone()),
            l2: L2::new(bodies, config.ttl, config.l2_share),
            seals,
            locks: Locks::default(),
            switch: Switch::default(),
            writer: Writer::new(sessions, config.lease, runtime),
            reads: Reads::default(),
        }
    }

    /// The same cache for another worker with links of its own.
    #[must_use]
    pub fn with_links(&self, sessions: RedisLink, bodies: RedisLink) -> Self {
        Self {
            l2: self.l2.with_link(bodies),
            writer: self.writer.with_link(sessions),
            ..self.clone()
        }
    }

    /// The same cache with the locks that the handle switches off.
    #[cfg(feature = "lab")]
    #[must_use]
    pub fn with_faults(self, faults: lab::Faults) -> Self {
        let locks = Locks { faults };
        Self { writer: self.writer.with(&locks), locks, ..self }
    }

    /// Forgets every body in this process, as a restart would.
    #[cfg(feature = "lab")]
    pub fn forget_everything(&self) {
        self.l1.clear();
    }

    /// Adds the question for a tenant's status, epochs and fences to a round trip to the Redis of sessions.
    pub fn ask_state(&self, trip: &mut RoundTrip, tenant: TenantId) -> StateQuestion {
        self.writer.states().ask(trip, tenant)
    }

    /// A tenant's status, epochs and fences, as they were answered.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer.
    #[tracing::instrument(level = "debug", name = "cache.state.read", skip_all)]
    pub async fn read_state(
        &self,
        asked: StateQuestion,
        replies: &mut Replies,
    ) -> Result<TenantState, Error> {
        self.writer.states().read(asked, replies).await.map_err(unavailable)
    }

    /// A tenant's status, epochs and fences, asked for on a round trip of its own.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer.
    pub async fn state(&self, tenant: TenantId) -> Result<TenantState, Error> {
        let mut trip = RoundTrip::over(self.writer.states().link(), tenant);
        let asked = self.ask_state(&mut trip, tenant);
        let mut replies = trip.go().await.map_err(|error| Error::Unavailable(Arc::new(error)))?;
        self.read_state(asked, &mut replies).await
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
        self.writer.states().remember_status(tenant, status).await.map_err(unavailable)
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
    /// [`Error::Load`] with the loader's error; a failure of the cache Redis is only a miss. [`Error::ForeignBody`] if what was
    /// found is not the viewer's.
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
        let place = Place::of(self.viewer, key, self.state, &self.cache.locks);
        let span =
            tracing::debug_span!("cache.body.get", family = %K::FAMILY, source = field::Empty);
        let found = self.find(&place, key, load).instrument(span.clone()).await?;
        self.count(&span, place.tenant, found.source);
        found.body.map(|body| self.stamped(&place, body)).transpose()
    }

    async fn find<K, T, E, F>(
        &self,
        place: &Place,
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
        // While a write is under way nobody can say what a body is true of; and the operator's word is the last.
        if self.state.is_fenced(K::ENTITIES) || !cache.switch.is_on() {
            return Box::pin(past_the_cache(place, load())).await;
        }
        if let Some(body) = cache.l1.get(place) {
            return Ok(Found { body: Some(body), source: Source::L1 });
        }
        let filler = || Filler {
            cache: cache.clone(),
            place: place.clone(),
            request: self.request.to_owned(),
            keep_in_process: key.keep_in_process(),
            keep_empty: key.keep_empty(),
        };
        let flight = (place.slot(), place.epochs.clone());
        // In a box, so that a hit does not carry the room that a load needs.
        let flown =
            Box::pin(cache.flights.join(place.tenant, flight, || filler().fill(load()))).await;
        match flown {
            Ok(found) => found,
            Err(NotLoaded::Full(full)) => Err(Error::Busy(full)),
            Err(NotLoaded::Lost(lost)) => Err(Error::Broken(Arc::new(lost))),
        }
    }

    /// The lock Stamp: whatever was found, wherever, must say that it is for this viewer.
    fn stamped(&self, place: &Place, body: Arc<Body>) -> Result<Arc<Body>, Error> {
        if self.cache.locks.stamp() && !body.belongs_to(place) {
            alert::foreign_body(place, &body);
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
