//! Single flight: when many requests miss the same body at once, one load serves them all. Each tenant has a share of the loads.

use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use share::{Full, Holder, Place, Places};
use tokio::runtime::Handle;
use tracing::Instrument;

/// The most loads in progress, of all tenants together. Each is a task that holds a body in memory.
const MAX_LOADS: usize = 512;

/// The loads in progress, by key. Clones share them.
#[derive(Clone)]
pub(crate) struct SingleFlight<K, T> {
    in_progress: Arc<Mutex<HashMap<K, SharedLoad<T>>>>,
    places: Places,
    runtime: Handle,
}

type SharedLoad<T> = Shared<BoxFuture<'static, Result<T, NoResult>>>;

/// The leader's task ended without a result: it panicked, or the runtime is shutting down.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the load ended without a result")]
pub(crate) struct NoResult;

/// Why a load has no result.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// This tenant, or all tenants together, have too many loads in progress.
    #[error("too many bodies are being loaded")]
    Full(#[from] Full),
    /// The load was started and ended without a result.
    #[error(transparent)]
    NoResult(#[from] NoResult),
}

impl<K, T> SingleFlight<K, T>
where
    K: Eq + Hash + Clone + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Creates an empty set of loads. Loads run as tasks of `runtime`, so a load continues if its request is dropped.
    pub(crate) fn new(runtime: Handle) -> Self {
        Self {
            in_progress: Arc::default(),
            places: Places::without_waiting("loads", MAX_LOADS),
            runtime,
        }
    }

    /// Joins the load of `key`, or starts it. A load counts towards the share of the holder that starts it; joining one does not count.
    ///
    /// # Errors
    /// [`LoadError::Full`] if a load must be started and the holder has reached its share; [`LoadError::NoResult`] if the load has no result.
    pub(crate) async fn join<F>(
        &self,
        holder: impl Into<Holder>,
        key: K,
        load: impl FnOnce() -> F,
    ) -> Result<T, LoadError>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let shared_load = {
            let mut in_progress = self.in_progress.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(shared_load) = in_progress.get(&key) {
                shared_load.clone()
            } else {
                let place = self.places.take(holder)?;
                let shared_load = self.begin(place, key.clone(), load());
                in_progress.insert(key, shared_load.clone());
                shared_load
            }
        };
        Ok(shared_load.await?)
    }

    fn begin<F>(&self, place: Place, key: K, load: F) -> SharedLoad<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let remove_on_drop =
            RemoveOnDrop { in_progress: Arc::clone(&self.in_progress), key: Some(key) };
        let task_body = async move {
            let (_remove_on_drop, _place) = (remove_on_drop, place);
            load.await
        };
        // In the span of the request that started it, so that log lines of the load carry the request's id.
        let task = self.runtime.spawn(task_body.in_current_span());
        task.map(|result| result.map_err(|_| NoResult)).boxed().shared()
    }
}

/// Removes the load from the map when its task ends, also after a panic.
struct RemoveOnDrop<K: Eq + Hash, T> {
    in_progress: Arc<Mutex<HashMap<K, SharedLoad<T>>>>,
    key: Option<K>,
}

impl<K: Eq + Hash, T> Drop for RemoveOnDrop<K, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.in_progress.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn a_hundred_requests_make_one_load() {
        let single_flight = SingleFlight::<&str, usize>::new(Handle::current());
        let (loads, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let requests = (0..100).map(|_| {
            single_flight.join(Holder::Node, "list", || {
                let (loads, gate) = (Arc::clone(&loads), Arc::clone(&gate));
                async move {
                    let _open = gate.acquire().await;
                    loads.fetch_add(1, Ordering::SeqCst)
                }
            })
        });
        let all = futures_util::future::join_all(requests);
        gate.add_permits(1);
        assert!(all.await.into_iter().all(|result| matches!(result, Ok(0))));
        assert_eq!(loads.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_cancelled_leader_does_not_cancel_the_requests_that_joined() {
        let single_flight = SingleFlight::<&str, usize>::new(Handle::current());
        let gate = Arc::new(Semaphore::new(0));
        let waiting = Arc::clone(&gate);
        let leader = single_flight.clone();
        let gone = tokio::spawn(async move {
            leader
                .join(Holder::Node, "list", || async move {
                    let _open = waiting.acquire().await;
                    7
                })
                .await
        });
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        gate.add_permits(1);
        assert!(matches!(single_flight.join(Holder::Node, "list", || async { 7 }).await, Ok(7)));
    }

    #[tokio::test]
    async fn a_load_that_panics_is_lost_and_the_next_one_is_made() {
        let single_flight = SingleFlight::<&str, usize>::new(Handle::current());
        let lost =
            single_flight.join(Holder::Node, "list", || async { panic!("on purpose") }).await;
        assert!(lost.is_err());
        assert!(matches!(single_flight.join(Holder::Node, "list", || async { 7 }).await, Ok(7)));
    }

    /// G3: a flood of misses at one tenant is refused beyond its share. Other tenants still load, and joining a load in progress does not count.
    #[tokio::test]
    async fn a_flood_of_misses_leaves_room_for_the_loads_of_others() {
        let [acme, betaco] =
            [1, 2].map(|id| Holder::Tenant(domain::TenantId::from_uuid(uuid::Uuid::from_u128(id))));
        let single_flight = SingleFlight::<usize, usize>::new(Handle::current());
        let gate = Arc::new(Semaphore::new(0));
        let held = |key| {
            let gate = Arc::clone(&gate);
            single_flight.join(acme, key, move || async move {
                let _open = gate.acquire().await;
                key
            })
        };
        let mut flood: Vec<_> = (0..MAX_LOADS).map(|key| Box::pin(held(key))).collect();
        let refused = flood.iter_mut().filter_map(FutureExt::now_or_never).count();
        assert_eq!(refused, MAX_LOADS / 2, "the other loads are still in progress");
        let again = held(0);
        assert!(matches!(single_flight.join(betaco, MAX_LOADS, || async { 7 }).await, Ok(7)));
        gate.add_permits(1);
        assert!(matches!(again.await, Ok(0)));
        let rest = futures_util::future::join_all(flood.into_iter().take(MAX_LOADS / 2)).await;
        assert!(rest.iter().all(Result::is_ok));
    }
}
