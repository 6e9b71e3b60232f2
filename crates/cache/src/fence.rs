//! Fences mark writes in progress: while an entity has one, readers go to PostgreSQL and fill nothing.
//!
//! The fences of a tenant are a sorted set. The score of each is the end of its lease by Redis' clock. So several writers have fences
//! at the same time, and the fence of a dead writer expires although others keep writing.

use std::{fmt::Write, time::Duration};

use domain::TenantId;
use redis::{RedisError, cmd, pipe};
use session::RedisLink;

use crate::epoch::{EPOCHS_TTL, Entity, Epoch};

/// Sets the epochs and the fences in one atomic step. Keys: epochs, fences. Arguments: the lease and the lifetime of epochs in
/// milliseconds, then field, epoch and fence of each entity.
const RAISE: &str = "
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
for at = 3, #ARGV, 3 do
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  redis.call('ZADD', KEYS[2], now + ARGV[1], ARGV[at + 2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[2], ARGV[1]) end
";

/// Removes the fences whose lease has ended and returns the others. Key: fences.
const ACTIVE: &str = "
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], 0, -1)
";

/// The Redis keys of a tenant's epochs and fences.
#[derive(Clone, Debug)]
pub(crate) struct EpochKeys {
    /// Commands on these keys count towards this tenant's share of the link.
    pub(crate) tenant: TenantId,
    pub(crate) epochs: String,
    pub(crate) fences: String,
}

/// The fences of one write.
#[derive(Debug)]
pub(crate) struct Fence {
    keys: EpochKeys,
    /// Each entity with its member of the sorted set.
    members: Vec<(Entity, String)>,
}

impl Fence {
    /// Creates a fence for each of these entities. Nothing is written to Redis yet.
    pub(crate) fn of(keys: EpochKeys, entities: &[Entity]) -> Result<Self, RedisError> {
        let named = |entity: &Entity| Ok((*entity, member(*entity, &random_epoch()?)));
        let members = entities.iter().map(named).collect::<Result<_, RedisError>>()?;
        Ok(Self { keys, members })
    }

    /// Gives the entities new epochs and raises their fences, in one step.
    ///
    /// # Errors
    /// If Redis does not answer; the fences may have been raised all the same.
    pub(crate) async fn raise(&self, link: &RedisLink, lease: Duration) -> Result<(), RedisError> {
        let Self { keys, members } = self;
        let mut command = cmd("EVAL");
        command.arg(RAISE).arg(2).arg(&keys.epochs).arg(&keys.fences);
        command.arg(millis(lease)).arg(millis(EPOCHS_TTL));
        for (entity, member) in members {
            command.arg(entity.field()).arg(random_epoch()?.as_bytes()).arg(member);
        }
        command.query_async(&mut link.connection_for(self.keys.tenant)).await
    }

    /// Gives the entities new epochs again and drops these fences, and no others, in one step. Safe to repeat.
    ///
    /// # Errors
    /// If Redis does not answer or refuses the commands; the fences may still be there.
    pub(crate) async fn drop(&self, link: &RedisLink) -> Result<(), RedisError> {
        let mut pipeline = pipe();
        pipeline.atomic();
        for (entity, member) in &self.members {
            pipeline.hset(&self.keys.epochs, entity.field(), random_epoch()?.as_bytes()).ignore();
            pipeline.zrem(&self.keys.fences, member).ignore();
        }
        pipeline.pexpire(&self.keys.epochs, millis(EPOCHS_TTL)).ignore();
        pipeline.query_async(&mut link.connection_for(self.keys.tenant)).await
    }
}

/// Whether each entity has a fence, in the order of [`Entity::ALL`].
pub(crate) async fn active_fences(
    link: &RedisLink,
    keys: &EpochKeys,
) -> Result<[bool; Entity::ALL.len()], RedisError> {
    let mut command = cmd("EVAL");
    command.arg(ACTIVE).arg(1).arg(&keys.fences);
    let members: Vec<String> = command.query_async(&mut link.connection_for(keys.tenant)).await?;
    Ok(Entity::ALL.map(|entity| {
        members
            .iter()
            .any(|member| member.split_once(':').is_some_and(|(field, _)| field == entity.field()))
    }))
}

/// The member of the sorted set for one fence, such as `employee:<32 hexadecimal digits>`.
fn member(entity: Entity, random: &Epoch) -> String {
    let mut member = format!("{}:", entity.field());
    for byte in random.as_bytes() {
        // Writing to a string cannot fail.
        let _infallible = write!(member, "{byte:02x}");
    }
    member
}

pub(crate) fn random_epoch() -> Result<Epoch, RedisError> {
    Epoch::random().map_err(|error| std::io::Error::other(error).into())
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
