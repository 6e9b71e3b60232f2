//! The readiness check of this node. Its stores are probed at most once a second, however many callers ask (row G14).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use api_types::{CacheSwitch, CacheSwitchState, Check, Readiness};
use cache::{Cache, SwitchPosition};
use chrono::{DateTime, Utc};
use futures_util::future::join3;
use session::Sessions;
use store::Store;
use tokio::{runtime::Handle, sync::Mutex};

/// How long the outcome of a probe is reused for all callers.
const FRESH: Duration = Duration::from_secs(1);

/// Probes the stores of a node. Clones share the last outcome.
#[derive(Clone)]
pub struct ReadinessProbe(Arc<Inner>);

struct Inner {
    runtime: Handle,
    store: Store,
    sessions: Sessions,
    cache: Cache,
    /// Locked while a probe runs: concurrent callers wait for its outcome.
    last: Mutex<Option<(Instant, Outcome)>>,
    /// Whether the node is about to stop.
    draining: AtomicBool,
}

#[derive(Clone, Copy, Default)]
struct Outcome {
    postgresql: bool,
    sessions: bool,
    bodies: bool,
}

impl ReadinessProbe {
    /// A probe of these stores, over connections of its own. It runs on `runtime`, not on the caller's, so that a busy worker does not delay other callers, and
    /// a caller that disconnects does not interrupt a probe.
    pub fn new(runtime: Handle, store: Store, sessions: Sessions, cache: Cache) -> Self {
        let (last, draining) = (Mutex::default(), AtomicBool::default());
        Self(Arc::new(Inner { runtime, store, sessions, cache, last, draining }))
    }

    /// Makes the node report that it is not ready, before it stops. It still answers requests (row O5).
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// The state of the node, at most one second old. The cache may be down: replies are then slower but correct.
    pub(crate) async fn ask(&self) -> Readiness {
        let inner = Arc::clone(&self.0);
        let draining = self.0.draining.load(Ordering::Relaxed);
        let outcome = self.0.runtime.spawn(async move { inner.outcome(draining).await }).await;
        let outcome = outcome.unwrap_or_else(|error| {
            tracing::error!(%error, "api.readiness.failed");
            Outcome::default()
        });
        let check = |name: &str, ok: bool| Check { name: name.to_owned(), ok };
        Readiness {
            ready: outcome.postgresql && outcome.sessions && !draining,
            draining,
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
    /// The last outcome if it is fresh. If any will do, the stores are not probed again, so that the caller learns at once that this node is not ready.
    async fn outcome(&self, any_will_do: bool) -> Outcome {
        let mut last = self.last.lock().await;
        if let Some((at, outcome)) = *last
            && (any_will_do || at.elapsed() < FRESH)
        {
            return outcome;
        }
        metrics::counter!("watertight_readiness_probes_total").increment(1);
        let (store, sessions, bodies) =
            join3(self.store.ping(), self.sessions.ping(), self.cache.ping_l2()).await;
        let outcome = Outcome { postgresql: store.is_ok(), sessions: sessions.is_ok(), bodies };
        *last = Some((Instant::now(), outcome));
        outcome
    }
}

/// The position of the cache's kill switch, without the reason, which is for operators only.
fn switch(cache: &Cache) -> CacheSwitch {
    let known = cache.switch();
    let state = match known.as_ref().map(|known| known.position) {
        Some(SwitchPosition::Off) => CacheSwitchState::Off,
        Some(SwitchPosition::On) | None => CacheSwitchState::On,
    };
    CacheSwitch { state, since: known.map(|known| DateTime::<Utc>::from(known.since())) }
}
