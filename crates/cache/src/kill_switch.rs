//! The kill switch: one key in the session Redis that every node polls. While it is off, the cache is neither read nor filled.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use redis::RedisError;
use serde::{Deserialize, Serialize};
use session::RedisLink;
use tokio::time::{MissedTickBehavior, interval};

use crate::{Cache, Error};

/// The Redis key of the switch. It belongs to no tenant, so it has no hash tag.
pub(crate) const KEY: &str = "cache:switch";
/// How often a node reads the switch. Row R1: every node follows within a second, also when it loses two polls.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(250);
const _: () = assert!(POLL_INTERVAL.as_millis() * 3 < 1000);

/// The position of the kill switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchPosition {
    /// The cache is used.
    On,
    /// Every request goes to PostgreSQL.
    Off,
}

/// The position of the switch, since when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchState {
    /// The current position.
    pub position: SwitchPosition,
    since_ms: u64,
    /// The reason in the operator's words. Only operators may see it.
    pub reason: String,
}

/// The last state of the switch that this node has read. Clones share it. The cache is on until the switch is turned for the first time.
#[derive(Clone, Default)]
pub(crate) struct KillSwitch {
    is_off: Arc<AtomicBool>,
    known: Arc<RwLock<Option<SwitchState>>>,
}

impl SwitchState {
    pub(crate) fn new(position: SwitchPosition, since: Duration, reason: &str) -> Self {
        let since_ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        Self { position, since_ms, reason: reason.to_owned() }
    }

    /// When the switch was turned, by Redis' clock.
    pub fn since(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.since_ms)
    }

    pub(crate) const fn since_epoch(&self) -> Duration {
        Duration::from_millis(self.since_ms)
    }
}

impl KillSwitch {
    pub(crate) fn is_on(&self) -> bool {
        !self.is_off.load(Ordering::Acquire)
    }

    fn known(&self) -> Option<SwitchState> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn turn(&self, state: &SwitchState) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(state.clone());
        self.is_off.store(state.position == SwitchPosition::Off, Ordering::Release);
    }
}

impl Cache {
    /// The last state of the kill switch that this node has read; `None` if it was never turned, and the cache is then on.
    pub fn switch(&self) -> Option<SwitchState> {
        self.kill_switch.known()
    }

    /// Reads the kill switch, then polls it over `link` until the runtime shuts down.
    ///
    /// If Redis does not answer or has lost the key, the last known position stays, so a failover does not turn the cache on.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the first read fails: a node that starts during an incident must know the position.
    pub async fn follow_switch(&self, link: RedisLink) -> Result<(), Error> {
        let first = read(&link).await.map_err(|error| Error::Unavailable(Arc::new(error)))?;
        self.apply(first);
        self.update_gauge();
        let cache = self.clone();
        self.writer.runtime().spawn(async move { cache.poll(&link).await });
        Ok(())
    }

    async fn poll(&self, link: &RedisLink) {
        let mut ticks = interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            ticks.tick().await;
            match read(link).await {
                Ok(state) => {
                    failing = false;
                    self.apply(state);
                }
                // One line for each outage, not four a second.
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(%error, "cache.switch.not_read");
                }
                Err(_) => {}
            }
        }
    }

    /// Applies a state that was read. Every change clears L1, because a load in progress may just have filled it.
    fn apply(&self, state: Option<SwitchState>) {
        let Some(state) = state.filter(|state| self.kill_switch.known().as_ref() != Some(state))
        else {
            return;
        };
        self.kill_switch.turn(&state);
        self.l1.clear();
        self.update_gauge();
        tracing::warn!(position = ?state.position, "cache.switch.turned");
    }

    fn update_gauge(&self) {
        let on = if self.kill_switch.is_on() { 1.0 } else { 0.0 };
        metrics::gauge!("watertight_cache_switch").set(on);
    }
}

/// Reads the switch from Redis; `None` if the key does not exist.
pub(crate) async fn read(link: &RedisLink) -> Result<Option<SwitchState>, RedisError> {
    let text: Option<Vec<u8>> =
        redis::cmd("GET").arg(KEY).query_async(&mut link.connection()).await?;
    text.map(|text| serde_json::from_slice(&text).map_err(|_| unreadable())).transpose()
}

fn unreadable() -> RedisError {
    (redis::ErrorKind::UnexpectedReturnType, "the format of `cache:switch` is unknown").into()
}
