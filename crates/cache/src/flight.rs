//! Single flight: of many requests that miss the same body at once, one loads it and all get it.

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
use tokio::runtime::Handle;
use tracing::Instrument;

/// The loads under way, by key. Clones share them.
#[derive(Clone)]
pub(crate) struct Flights<K, T> {
    under_way: Arc<Mutex<HashMap<K, Flight<T>>>>,
    runtime: Handle,
}

type Flight<T> = Shared<BoxFuture<'static, Result<T, Lost>>>;

/// The leader's task ended without a result: it panicked, or the runtime is shutting down.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the load was lost")]
pub(crate) struct Lost;

impl<K, T> Flights<K, T>
where
    K: Eq + Hash + Clone + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Loads run as tasks of this runtime, so a request that goes away takes no load with it.
    pub(crate) fn new(runtime: Handle) -> Self {
        Self { under_way: Arc::default(), runtime }
    }

    /// Joins the load of this key, or begins it.
    pub(crate) async fn join<F>(&self, key: K, load: impl FnOnce() -> F) -> Result<T, Lost>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let flight = {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            under_way.entry(key.clone()).or_insert_with(|| self.begin(key, load())).clone()
        };
        flight.await
    }

    fn begin<F>(&self, key: K, load: F) -> Flight<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let landing = Landing { under_way: Arc::clone(&self.under_way), key: Some(key) };
        let flying = async move {
            let _landing = landing;
            load.await
        };
        // In the span of the request that began it, so that what is logged says whose load it was.
        let task = self.runtime.spawn(flying.in_current_span());
        task.map(|result| result.map_err(|_| Lost)).boxed().shared()
    }
}

/// Takes the flight off the list when its task ends, however it ends.
struct Landing<K: Eq + Hash, T> {
    under_way: Arc<Mutex<HashMap<K, Flight<T>>>>,
    key: Option<K>,
}

impl<K: Eq + Hash, T> Drop for Landing<K, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
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
        let flights = Flights::<&str, usize>::new(Handle::current());
        let (loads, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let requests = (0..100).map(|_| {
            flights.join("list", || {
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
    async fn a_leader_that_goes_away_takes_nobody_with_it() {
        let flights = Flights::<&str, usize>::new(Handle::current());
        let gate = Arc::new(Semaphore::new(0));
        let waiting = Arc::clone(&gate);
        let leader = flights.clone();
        let gone = tokio::spawn(async move {
            leader
                .join("list", || async move {
                    let _open = waiting.acquire().await;
                    7
                })
                .await
        });
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        gate.add_permits(1);
        assert!(matches!(flights.join("list", || async { 7 }).await, Ok(7)));
    }

    #[tokio::test]
    async fn a_load_that_panics_is_lost_and_the_next_one_is_made() {
        let flights = Flights::<&str, usize>::new(Handle::current());
        let lost = flights.join("list", || async { panic!("on purpose") }).await;
        assert!(lost.is_err());
        assert!(matches!(flights.join("list", || async { 7 }).await, Ok(7)));
    }
}
