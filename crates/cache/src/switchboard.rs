//! What an operator does in an incident: the cache off on every node, then emptied, then on again. In this order.

use std::time::Duration;

use redis::RedisError;
use session::RedisLink;

use crate::{
    Family,
    switch::{self, KEY, Position, SwitchState},
};

/// How long after the switch was turned a node may still write a body: a poll, a poll that was lost, and one write under way.
const SETTLED: Duration = Duration::from_secs(2);
/// How many keys Redis looks at in one step.
const STEP: usize = 1000;

/// The operator's hand on the switch.
pub struct Switchboard {
    sessions: RedisLink,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum SwitchboardError {
    /// Redis does not answer.
    #[error("redis does not answer")]
    Unavailable(#[from] RedisError),
    /// The cache is on: whatever is flushed now is filled again at once, with what filled it before.
    #[error(
        "the cache is on, and what is flushed now would be filled again at once\nhint: first `watertight incident cache off --reason …`"
    )]
    StillOn,
    /// The bodies are in a cluster, of which this would empty one node.
    #[error(
        "the bodies are in a Redis Cluster, and this version would empty one node of it\nhint: bodies live at most a minute: leave the cache off for that long"
    )]
    Cluster,
}

impl Switchboard {
    /// A hand on the switch at the other end of the link, the session Redis.
    pub const fn new(sessions: RedisLink) -> Self {
        Self { sessions }
    }

    /// What the switch says; `None` if nobody ever touched it, and then the cache is on.
    ///
    /// # Errors
    /// [`SwitchboardError::Unavailable`].
    pub async fn state(&self) -> Result<Option<SwitchState>, SwitchboardError> {
        Ok(switch::read(&self.sessions).await?)
    }

    /// Turns the switch, for every node, within a poll of theirs.
    ///
    /// # Errors
    /// [`SwitchboardError::Unavailable`]; then nothing was turned, or nobody knows whether it was.
    pub async fn turn(&self, position: Position, reason: &str) -> Result<(), SwitchboardError> {
        let state = SwitchState::new(position, self.now().await?, reason);
        let text = serde_json::to_vec(&state).map_err(std::io::Error::other);
        let text = text.map_err(RedisError::from)?;
        let mut connection = self.sessions.connection();
        redis::cmd("SET").arg(KEY).arg(text).query_async::<()>(&mut connection).await?;
        Ok(())
    }

    /// Removes every body of these families of every tenant, and returns how many there were.
    ///
    /// It waits until no node can still be writing one.
    ///
    /// # Errors
    /// [`SwitchboardError::StillOn`] unless the switch is off.
    pub async fn flush(
        &self,
        bodies: &RedisLink,
        families: &[Family],
    ) -> Result<u64, SwitchboardError> {
        let off = self.state().await?.filter(|state| state.position == Position::Off);
        let off = off.ok_or(SwitchboardError::StillOn)?;
        if is_cluster(bodies).await? {
            return Err(SwitchboardError::Cluster);
        }
        let elapsed = self.now().await?.saturating_sub(off.since_epoch());
        tokio::time::sleep(SETTLED.saturating_sub(elapsed)).await;
        let mut removed = 0;
        for family in families {
            removed += remove(bodies, *family).await?;
        }
        Ok(removed)
    }

    /// The time by Redis' clock.
    async fn now(&self) -> Result<Duration, RedisError> {
        let mut connection = self.sessions.connection();
        let (seconds, micros): (u64, u32) = redis::cmd("TIME").query_async(&mut connection).await?;
        Ok(Duration::from_secs(seconds) + Duration::from_micros(micros.into()))
    }
}

/// `SCAN` finds what may be of the family, [`Family::holds`] decides, `UNLINK` removes it without stopping Redis.
async fn remove(bodies: &RedisLink, family: Family) -> Result<u64, RedisError> {
    let mut connection = bodies.connection();
    let (mut cursor, mut removed) = (0_u64, 0);
    loop {
        let (next, found): (u64, Vec<Vec<u8>>) = redis::cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg(family.pattern())
            .arg("COUNT")
            .arg(STEP)
            .query_async(&mut connection)
            .await?;
        let keys: Vec<Vec<u8>> = found.into_iter().filter(|key| family.holds(key)).collect();
        if !keys.is_empty() {
            let unlinked: u64 =
                redis::cmd("UNLINK").arg(&keys).query_async(&mut connection).await?;
            removed += unlinked;
        }
        if next == 0 {
            return Ok(removed);
        }
        cursor = next;
    }
}

async fn is_cluster(bodies: &RedisLink) -> Result<bool, RedisError> {
    let said: String =
        redis::cmd("INFO").arg("cluster").query_async(&mut bodies.connection()).await?;
    Ok(said.contains("cluster_enabled:1"))
}
