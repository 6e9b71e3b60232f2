//! The only way to change cached rows: raise a fence, do the work, set new epochs.

use std::{future::Future, sync::Arc, time::Duration};

use domain::{TenantId, TenantSettings};
use lab::Faults;
use redis::RedisError;
use session::RedisLink;
use tenancy::TenantContext;
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    time::{sleep, timeout},
};
use tracing::Instrument;

use crate::{Cache, Entity, Error, fence::Fence, state::TenantStates};

/// The most fences whose removal is retried at the same time. Any others stay until their lease ends.
const MAX_RETRIES: usize = 64;
/// The time between two attempts to drop a fence.
const RETRY_INTERVAL: Duration = Duration::from_millis(250);

/// Why a write has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// Redis did not accept the fence. The work was not started and nothing was written.
    #[error("the fence of the write could not be raised")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The work failed.
    #[error("the work of a write failed")]
    Work(#[source] E),
    /// The work panicked, or the runtime is shutting down. It may or may not have been committed.
    #[error("the work of a write was lost")]
    Lost(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// Changes cached rows but reads no bodies, for processes such as `watertight seed`.
#[derive(Clone)]
pub struct Writer {
    states: TenantStates,
    lease: Duration,
    runtime: Handle,
    retries: Arc<Semaphore>,
}

impl Cache {
    /// Does work that changes these entities of the tenant, see [`Writer::write`].
    ///
    /// # Errors
    /// [`WriteError`] says whether the work was started.
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
    /// Creates a writer. `sessions` links to the session Redis, which holds the fences. `lease` must be longer than the longest transaction
    /// of the work. The work runs on `runtime`.
    pub fn new(sessions: RedisLink, lease: Duration, runtime: Handle) -> Self {
        let retries = Arc::new(Semaphore::new(MAX_RETRIES));
        Self { states: TenantStates::new(sessions, Faults::default()), lease, runtime, retries }
    }

    pub(crate) const fn states(&self) -> &TenantStates {
        &self.states
    }

    pub(crate) const fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Returns a copy that uses another link.
    pub(crate) fn with_link(&self, sessions: RedisLink) -> Self {
        Self { states: self.states.with_link(sessions), ..self.clone() }
    }

    /// Returns a copy with these locks.
    pub(crate) fn with_faults(&self, faults: &Faults) -> Self {
        Self { states: self.states.with_faults(faults), ..self.clone() }
    }

    /// Does work that changes these entities of the tenant. Once this has returned, no reader gets data from before the write.
    ///
    /// 1. One atomic step gives each entity a new epoch and a fence: readers go to PostgreSQL and fill nothing.
    /// 2. The work runs as a task of its own, so a dropped request does not cancel it.
    /// 3. One atomic step gives each entity a new epoch again and drops the fences of this write only.
    ///
    /// If step 3 fails, the result is returned all the same, and the step is retried until the lease ends. If the process dies, the fences stay until
    /// then. An `Err` of the work keeps the fences too: return it only if the work may be committed although it failed, for example because the reply
    /// to its commit was lost. For an error with nothing written, return an `Ok` with that error as its value.
    ///
    /// # Errors
    /// [`WriteError`] says whether the work was started.
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

    /// Publishes settings that were just written to PostgreSQL, so that every node uses them from its next request on.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if Redis does not answer; the nodes then use them within five seconds.
    pub async fn announce_settings(
        &self,
        tenant: TenantId,
        settings: TenantSettings,
    ) -> Result<(), Error> {
        self.states
            .announce_settings(tenant, settings)
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
            // Redis may have raised the fence although its reply was lost.
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

    /// Retries in the background to drop the fence of a write whose outcome is known, until Redis has dropped it or the lease has ended.
    fn drop_later(&self, fence: Fence) {
        let Ok(entry_id) = Arc::clone(&self.retries).try_acquire_owned() else { return };
        let (link, lease) = (self.states.link().clone(), self.lease);
        self.runtime.spawn(async move {
            let attempts = async {
                while fence.drop(&link).await.is_err() {
                    sleep(RETRY_INTERVAL).await;
                }
            };
            let _lease_ended = timeout(lease, attempts).await;
            drop(entry_id);
        });
    }
}

fn unavailable<E>(error: RedisError) -> WriteError<E> {
    metrics::counter!("watertight_redis_errors_total", "role" => "session").increment(1);
    WriteError::Unavailable(Arc::new(error))
}
