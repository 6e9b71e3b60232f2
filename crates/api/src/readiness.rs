//! Whether this node can answer. Its stores are asked at most once a second, however many callers want to know (row G14).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use api_types::{CacheSwitch, CacheSwitchState, Check, Readiness};
use cache::{Cache, Position};
use chrono::{DateTime, Utc};
use futures_util::future::join3;
use session::Sessions;
use store::Store;
use tokio::{runtime::Handle, sync::Mutex};

/// For how long the outcome of a probe is the answer to everyone.
const FRESH: Duration = Duration::from_secs(1);

/// Probes the stores of a node. Clones share the last outcome.
#[derive(Clone)]
pub struct ReadinessProbe(Arc<Inner>);

struct Inner {
    runtime: Handle,
    store: Store,
    sessions: Sessions,
    cache: Cache,
    /// Locked while a probe is under way: who comes meanwhile waits for its outcome.
    last: Mutex<Option<(Instant, Outcome)>>,
}

#[derive(Clone, Copy, Default)]
struct Outcome {
    postgresql: bool,
    sessions: bool,
    bodies: bool,
}

impl ReadinessProbe {
    /// A probe of these stores, over connections of its own. It runs on `runtime` and not on the caller's, so a worker that is busy delays no other
    /// caller, and a caller that goes away interrupts no probe.
    pub fn new(runtime: Handle, store: Store, sessions: Sessions, cache: Cache) -> Self {
        Self(Arc::new(Inner { runtime, store, sessions, cache, last: Mutex::default() }))
    }

    /// What the node can do, as of a second ago at most. The cache may be down: then everything is slower and still right.
    pub(crate) async fn ask(&self) -> Readiness {
        let inner = Arc::clone(&self.0);
        let outcome = self.0.runtime.spawn(async move { inner.outcome().await }).await;
        let outcome = outcome.unwrap_or_else(|error| {
            tracing::error!(%error, "api.readiness.failed");
            Outcome::default()
        });
        let check = |name: &str, ok: bool| Check { name: name.to_owned(), ok };
        Readiness {
            ready: outcome.postgresql && outcome.sessions,
            checks: vec![
                check("postgresql", outcome.postgresql),
                check("redis_session", outcome.sessions),
                check("redis_cache", outcome.bodies),
            ],
            cache: switch(&self.0.cache),
        }
    }
}

impl Inner {
    async fn outcome(&self) -> Outcome {
        let mut last = self.last.lock().await;
        if let Some((at, outcome)) = *last
            && at.elapsed() < FRESH
        {
            return outcome;
        }
        metrics::counter!("watertight_readiness_probes_total").increment(1);
        let (store, sessions, bodies) =
            join3(self.store.ping(), self.sessions.ping(), self.cache.bodies_answer()).await;
        let outcome = Outcome { postgresql: store.is_ok(), sessions: sessions.is_ok(), bodies };
        *last = Some((Instant::now(), outcome));
        outcome
    }
}

/// The reason is the operators' own and not told to whoever asks.
fn switch(cache: &Cache) -> CacheSwitch {
    let known = cache.switch();
    let state = match known.as_ref().map(|known| known.position) {
        Some(Position::Off) => CacheSwitchState::Off,
        Some(Position::On) | None => CacheSwitchState::On,
    };
    CacheSwitch { state, since: known.map(|known| DateTime::<Utc>::from(known.since())) }
}
