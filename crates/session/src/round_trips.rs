//! Counts the round trips to stores that one piece of work waits for. The demonstration shows the count; nothing is counted otherwise.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// A store that answers over the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkStore {
    /// Redis. A round trip is one command, or one pipeline of commands.
    Redis,
    /// PostgreSQL. A round trip is counted for each transaction, which consists of several messages.
    Postgres,
}

/// The number of round trips to each store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundTrips {
    /// The commands and pipelines sent to Redis.
    pub redis: u32,
    /// The transactions begun in PostgreSQL.
    pub postgres: u32,
}

#[derive(Default)]
struct Counters {
    redis: AtomicU32,
    postgres: AtomicU32,
}

tokio::task_local! {
    static COUNTERS: Arc<Counters>;
}

impl RoundTrips {
    /// Runs `work` and counts its round trips. Round trips of tasks that `work` spawns count only if they are noted before the task begins.
    pub async fn of<T>(work: impl Future<Output = T>) -> (T, Self) {
        let counters = Arc::new(Counters::default());
        let done = COUNTERS.scope(Arc::clone(&counters), work).await;
        let count = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
        (done, Self { redis: count(&counters.redis), postgres: count(&counters.postgres) })
    }

    /// Notes that the current task sends something to `store` and waits for the reply. Does nothing outside of [`Self::of`].
    pub fn note(store: NetworkStore) {
        // Fails outside of a count, as for every request that no page asks about.
        let _ = COUNTERS.try_with(|counters| match store {
            NetworkStore::Redis => counters.redis.fetch_add(1, Ordering::Relaxed),
            NetworkStore::Postgres => counters.postgres.fetch_add(1, Ordering::Relaxed),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S1: a count has the round trips of its own work only, also while other work is counted.
    #[tokio::test]
    async fn each_count_has_its_own_round_trips() {
        let work = |times: u32| async move {
            for _ in 0..times {
                RoundTrips::note(NetworkStore::Redis);
                tokio::task::yield_now().await;
            }
            RoundTrips::note(NetworkStore::Postgres);
        };
        RoundTrips::note(NetworkStore::Redis);
        let (((), one), ((), two)) = tokio::join!(RoundTrips::of(work(1)), RoundTrips::of(work(3)));
        assert_eq!(one, RoundTrips { redis: 1, postgres: 1 });
        assert_eq!(two, RoundTrips { redis: 3, postgres: 1 });
    }
}
