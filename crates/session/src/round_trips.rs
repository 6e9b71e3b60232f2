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
    /// A store of session records beside those two, such as Memcached.
    SessionRecords,
}

/// The number of round trips to each store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundTrips {
    /// The commands and pipelines sent to Redis.
    pub redis: u32,
    /// The transactions begun in PostgreSQL.
    pub postgres: u32,
    /// The operations sent to a store of session records beside those two.
    pub session_records: u32,
}

#[derive(Default)]
struct Counters {
    redis: AtomicU32,
    postgres: AtomicU32,
    session_records: AtomicU32,
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
        let counted = Self {
            redis: count(&counters.redis),
            postgres: count(&counters.postgres),
            session_records: count(&counters.session_records),
        };
        (done, counted)
    }

    /// Makes the round trips of `work` count with those of the current task, also if another task runs it.
    pub fn of_subtask<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
        // Fails outside of a count, as for every request that no page asks about.
        let counters = COUNTERS.try_with(Arc::clone).ok();
        async move {
            match counters {
                Some(counters) => COUNTERS.scope(counters, work).await,
                None => work.await,
            }
        }
    }

    /// Notes that the current task sends something to `store` and waits for the reply. Does nothing outside of [`Self::of`].
    pub fn note(store: NetworkStore) {
        // Fails outside of a count, as for every request that no page asks about.
        let _ = COUNTERS.try_with(|counters| match store {
            NetworkStore::Redis => counters.redis.fetch_add(1, Ordering::Relaxed),
            NetworkStore::Postgres => counters.postgres.fetch_add(1, Ordering::Relaxed),
            NetworkStore::SessionRecords => {
                counters.session_records.fetch_add(1, Ordering::Relaxed)
            }
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
        assert_eq!(one, RoundTrips { redis: 1, postgres: 1, session_records: 0 });
        assert_eq!(two, RoundTrips { redis: 3, postgres: 1, session_records: 0 });
    }

    /// S1: a task that the counted work waits for counts with it.
    #[tokio::test]
    async fn a_subtask_counts_with_its_task() {
        let work = async {
            let note = async { RoundTrips::note(NetworkStore::SessionRecords) };
            tokio::spawn(RoundTrips::of_subtask(note)).await.unwrap();
        };
        let counted = RoundTrips { session_records: 1, ..RoundTrips::default() };
        assert_eq!(RoundTrips::of(work).await, ((), counted));
    }
}
