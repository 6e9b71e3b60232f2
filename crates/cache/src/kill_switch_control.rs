//! The operator's steps in an incident, in this order: switch the cache off on every node, flush it, switch it on again.

use std::time::Duration;

use redis::RedisError;
use session::RedisLink;

use crate::{
    Family,
    kill_switch::{self, KEY, SwitchPosition, SwitchState},
};

/// How long a node may still write a body after the switch was turned off: one poll, one lost poll, and one write in progress.
const SETTLE_TIME: Duration = Duration::from_secs(2);
const _: () = assert!(SETTLE_TIME.as_millis() > kill_switch::POLL_INTERVAL.as_millis() * 2);

/// Turns the kill switch and flushes the cache, for `watertight incident cache`.
pub struct KillSwitchControl {
    sessions: RedisLink,
}

/// Why a step failed or was refused.
#[derive(Debug, thiserror::Error)]
pub enum KillSwitchError {
    /// Redis does not answer.
    #[error("redis does not answer")]
    Unavailable(#[from] RedisError),
    /// The cache is on, so the code that filled it would fill it again at once.
    #[error(
        "the cache is on, so flushed bodies would be filled again at once\nhint: run `watertight incident cache off --reason …` first"
    )]
    StillOn,
    /// The cache Redis is a cluster, and a flush would empty only one of its nodes.
    #[error(
        "the cache Redis is a Redis Cluster, and this version can flush only one of its nodes\nhint: bodies expire after one minute at most: leave the cache off for that long"
    )]
    Cluster,
}

impl KillSwitchControl {
    /// Creates the control. `sessions` links to the session Redis, which holds the switch.
    pub const fn new(sessions: RedisLink) -> Self {
        Self { sessions }
    }

    /// Reads the switch; `None` if it was never turned, and the cache is then on.
    ///
    /// # Errors
    /// [`KillSwitchError::Unavailable`] if Redis does not answer.
    pub async fn state(&self) -> Result<Option<SwitchState>, KillSwitchError> {
        Ok(kill_switch::read(&self.sessions).await?)
    }

    /// Turns the switch. Every node follows at its next poll.
    ///
    /// # Errors
    /// [`KillSwitchError::Unavailable`] if Redis does not answer; the switch may have been turned all the same.
    pub async fn turn(
        &self,
        position: SwitchPosition,
        reason: &str,
    ) -> Result<(), KillSwitchError> {
        let state = SwitchState::new(position, self.now().await?, reason);
        let text = serde_json::to_vec(&state).map_err(std::io::Error::other);
        let text = text.map_err(RedisError::from)?;
        let mut connection = self.sessions.connection();
        redis::cmd("SET").arg(KEY).arg(text).query_async::<()>(&mut connection).await?;
        Ok(())
    }

    /// Removes every body of these families for every tenant, and returns how many it removed.
    ///
    /// The command first waits until no node can still write a body.
    ///
    /// # Errors
    /// [`KillSwitchError::StillOn`] unless the switch is off, [`KillSwitchError::Cluster`] if the cache Redis is a cluster.
    pub async fn flush(
        &self,
        bodies: &RedisLink,
        families: &[Family],
    ) -> Result<u64, KillSwitchError> {
        let off = self.state().await?.filter(|state| state.position == SwitchPosition::Off);
        let off = off.ok_or(KillSwitchError::StillOn)?;
        if bodies.is_cluster().await? {
            return Err(KillSwitchError::Cluster);
        }
        let elapsed = self.now().await?.saturating_sub(off.since_epoch());
        tokio::time::sleep(SETTLE_TIME.saturating_sub(elapsed)).await;
        let mut removed = 0;
        for family in families {
            removed += bodies.remove_matching(&family.pattern(), |key| family.holds(key)).await?;
        }
        Ok(removed)
    }

    /// The time since 1970 by Redis' clock.
    async fn now(&self) -> Result<Duration, RedisError> {
        let mut connection = self.sessions.connection();
        let (seconds, micros): (u64, u32) = redis::cmd("TIME").query_async(&mut connection).await?;
        Ok(Duration::from_secs(seconds) + Duration::from_micros(micros.into()))
    }
}
