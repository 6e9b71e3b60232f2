//! The one way to change what is cached: a fence, the work, a new epoch.

use std::{future::Future, sync::Arc, time::Duration};

use domain::{TenantId, TenantStatus};
use session::RedisLink;
use tenancy::TenantContext;
use tokio::runtime::Handle;
use tracing::Instrument;

use crate::{Cache, Entity, Error, fence::Fence, locks::Locks, state::States};

/// Why a write has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// Redis did not take the fence. The work was never begun and nothing is written.
    #[error("the write cannot be announced to the readers")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The work failed.
    #[error("the work of a write failed")]
    Work(#[source] E),
    /// The work panicked, or the runtime is shutting down. It may have been done or not.
    #[error("the work of a write was lost")]
    Lost(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// What a process needs that changes cached rows and reads none, such as the seed.
#[derive(Clone)]
pub struct Writer {
    states: States,
    lease: Duration,
    runtime: Handle,
}

impl Cache {
    /// Does work that changes these entities of the tenant, see [`Writer::write`].
    ///
    /// # Errors
    /// [`WriteError`] says whether the work was begun.
    pub async fn write<T, E, F>(
        &self,
        tenant: &TenantContext,
        entities: &[Entity],
        work: impl FnOnce() -> F + Send + 'static,
    ) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.writer.write(tenant, entities, work).await
    }
}

impl Writer {
    /// A writer whose fences are kept at the other end of the link, the session Redis. The lease is longer than a transaction of
    /// its work can take; the work runs on this runtime.
    pub fn new(sessions: RedisLink, lease: Duration, runtime: Handle) -> Self {
        Self { states: States::new(sessions, Locks::default()), lease, runtime }
    }

    pub(crate) const fn states(&self) -> &States {
        &self.states
    }

    pub(crate) const fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The same over another link.
    pub(crate) fn with_link(&self, sessions: RedisLink) -> Self {
        Self { states: self.states.with_link(sessions), ..self.clone() }
    }

    /// The same with these locks.
    #[cfg(feature = "lab")]
    pub(crate) fn with(&self, locks: &Locks) -> Self {
        Self { states: self.states.with(locks), ..self.clone() }
    }

    /// Does work that changes these entities of the tenant. Once this has returned, nobody is served what was true before.
    ///
    /// 1. One atomic step gives each entity a new epoch and a fence: readers go to PostgreSQL and fill nothing.
    /// 2. The work runs, as a task of its own: a request that goes away cannot drop it half-way.
    /// 3. One atomic step gives each entity a new epoch again and drops the fences of this write and of no other.
    ///
    /// Should the third step fail, or the process die, the fences stand until their lease ends and the result still holds. An `Err`
    /// of the work keeps the fences too, because nobody knows whether a transaction whose commit failed was committed: let the work
    /// answer `Ok` for what it refuses with nothing written, such as a stale edit.
    ///
    /// # Errors
    /// [`WriteError`] says whether the work was begun.
    pub async fn write<T, E, F>(
        &self,
        tenant: &TenantContext,
        entities: &[Entity],
        work: impl FnOnce() -> F + Send + 'static,
    ) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let (writer, tenant, entities) = (self.clone(), tenant.clone(), entities.to_vec());
        let whole = async move { writer.write_fenced(&tenant, &entities, work).await };
        let task = self.runtime.spawn(whole.in_current_span());
        task.await.unwrap_or_else(|lost| Err(WriteError::Lost(Arc::new(lost))))
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
        self.states
            .announce_status(tenant, status)
            .await
            .map_err(|error| Error::Unavailable(Arc::new(error)))
    }

    async fn write_fenced<T, E, F>(
        &self,
        tenant: &TenantContext,
        entities: &[Entity],
        work: impl FnOnce() -> F,
    ) -> Result<T, WriteError<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        let link = self.states.link();
        let keys = self.states.keys_of(tenant.tenant());
        let fence = Fence::raise(link, keys, entities, self.lease).await.map_err(|error| {
            metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
            WriteError::Unavailable(Arc::new(error))
        })?;
        let done = work().await.map_err(WriteError::Work)?;
        if let Err(error) = fence.drop(link).await {
            metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
            tracing::warn!(%error, lease = self.lease.as_secs(), "cache.fence.left_standing");
        }
        Ok(done)
    }
}
