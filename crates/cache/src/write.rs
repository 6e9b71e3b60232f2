//! The one way to change what is cached: a fence, the work, a new epoch.

use std::{future::Future, sync::Arc, time::Duration};

use domain::{TenantId, TenantStatus};
use redis::RedisError;
use session::RedisLink;
use tenancy::TenantContext;
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    time::{sleep, timeout},
};
use tracing::Instrument;

use crate::{Cache, Entity, Error, fence::Fence, locks::Locks, state::States};

/// How many fences that Redis did not drop are tried again at once. Of more than these, the others stand until their lease ends.
const RETRIED: usize = 64;
/// How long lies between two attempts to drop a fence.
const AGAIN: Duration = Duration::from_millis(250);

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
    retries: Arc<Semaphore>,
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
        let retries = Arc::new(Semaphore::new(RETRIED));
        Self { states: States::new(sessions, Locks::default()), lease, runtime, retries }
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
    /// Should the third step fail, the result still holds, and the step is tried again until the lease ends. If the process dies, the fences stand until
    /// then. An `Err` of the work keeps the fences too: return it only if the work may be committed although it failed, for example because the answer
    /// to its commit was lost. An error with nothing written is an `Ok` whose value is that error.
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
        let fence = Fence::of(keys, entities).map_err(unavailable)?;
        if let Err(error) = fence.raise(link, self.lease).await {
            // Redis may have raised it all the same, and only its answer was lost.
            self.drop_later(fence);
            return Err(unavailable(error));
        }
        let done = work().await.map_err(WriteError::Work)?;
        if let Err(error) = fence.drop(link).await {
            metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
            tracing::warn!(%error, lease = self.lease.as_secs(), "cache.fence.left_standing");
            self.drop_later(fence);
        }
        Ok(done)
    }

    /// Tries in the background to drop the fence of a write whose outcome is known, until Redis has done it or the lease has ended.
    fn drop_later(&self, fence: Fence) {
        let Ok(place) = Arc::clone(&self.retries).try_acquire_owned() else { return };
        let (link, lease) = (self.states.link().clone(), self.lease);
        self.runtime.spawn(async move {
            let attempts = async {
                while fence.drop(&link).await.is_err() {
                    sleep(AGAIN).await;
                }
            };
            let _lease_ended = timeout(lease, attempts).await;
            drop(place);
        });
    }
}

fn unavailable<E>(error: RedisError) -> WriteError<E> {
    metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
    WriteError::Unavailable(Arc::new(error))
}
