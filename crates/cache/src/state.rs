//! The state of a tenant in the session Redis: settings, epochs and fences, read in the batch that binds a request.

use std::time::Duration;

use domain::{TenantId, TenantSettings};
use lab::{Faults, Lock};
use redis::{ErrorKind, RedisError, pipe};
use session::{PendingReply, ReadBatch, RedisLink, Replies, command};

use crate::{
    epoch::{EPOCHS_TTL, Entity, Epoch},
    fence::{self, EpochKeys, millis, random_epoch},
};

/// How long settings in Redis are used before they are read from PostgreSQL again.
const SETTINGS_TTL: Duration = Duration::from_secs(5);

/// The stored epochs in the order of [`Entity::ALL`]; `None` for an entity that has no epoch yet.
type Stored = [Option<Vec<u8>>; Entity::ALL.len()];

/// The reply to the commands of [`TenantStates::ask`]: the settings, the epochs, and how many keys of fences exist.
type StateReply = (Option<String>, Stored, i64);

/// A tenant's settings, epochs and fences, as the session Redis had them when the request was bound.
#[derive(Clone, Debug)]
pub struct TenantState {
    /// The tenant's settings. `None` if Redis has none: the caller must then read them from PostgreSQL.
    pub settings: Option<TenantSettings>,
    pub(crate) epochs: [Epoch; Entity::ALL.len()],
    pub(crate) fenced: [bool; Entity::ALL.len()],
}

impl TenantState {
    /// The epochs of these entities, in the entities' order.
    pub(crate) fn epochs_of(&self, entities: &[Entity]) -> Vec<Epoch> {
        entities.iter().map(|entity| self.epochs[*entity as usize]).collect()
    }

    /// Whether a write to any of these is in progress.
    pub(crate) fn is_fenced(&self, entities: &[Entity]) -> bool {
        entities.iter().any(|entity| self.fenced[*entity as usize])
    }
}

/// The pending reply to the commands of [`Cache::ask_state`](crate::Cache::ask_state).
#[must_use = "read the reply with `Cache::read_state`"]
pub struct PendingState {
    keys: EpochKeys,
    reply: PendingReply,
}

/// Reads and writes the state of tenants in the session Redis.
#[derive(Clone)]
pub(crate) struct TenantStates {
    link: RedisLink,
    faults: Faults,
}

impl TenantStates {
    pub(crate) fn new(link: RedisLink, faults: Faults) -> Self {
        Self { link, faults }
    }

    /// Returns a copy that uses another link.
    pub(crate) fn with_link(&self, link: RedisLink) -> Self {
        Self { link, faults: self.faults.clone() }
    }

    /// Returns a copy with these locks.
    pub(crate) fn with_faults(&self, faults: &Faults) -> Self {
        Self { link: self.link.clone(), faults: faults.clone() }
    }

    /// The link to the session Redis.
    pub(crate) const fn link(&self) -> &RedisLink {
        &self.link
    }

    /// The Redis keys of a tenant's epochs and fences.
    pub(crate) fn keys_of(&self, tenant: TenantId) -> EpochKeys {
        let prefix =
            if self.faults.is_on(Lock::Key) { format!("t:{{{tenant}}}:") } else { "t:".to_owned() };
        EpochKeys {
            tenant,
            epochs: [&prefix, "epochs"].concat(),
            fences: [&prefix, "fences"].concat(),
        }
    }

    /// Adds the commands that read a tenant's state to a batch.
    ///
    /// Epochs are read before fences, so a reader that finds no fence has epochs from before any write whose fence it missed. Once such
    /// a write has begun, no reader looks for a body under those epochs.
    pub(crate) fn ask(&self, batch: &mut ReadBatch, tenant: TenantId) -> PendingState {
        let keys = self.keys_of(tenant);
        let reply = batch.add(|pipeline| {
            let fields = Entity::ALL.map(Entity::field);
            pipeline
                .add_command(command(["GET", &settings_key(tenant)]))
                .add_command(command(["HMGET", &keys.epochs].into_iter().chain(fields)))
                .add_command(command(["EXISTS", &keys.fences]));
        });
        PendingState { keys, reply }
    }

    /// Reads the reply. Sends further commands while a write is in progress, and for a tenant that has no epochs in Redis yet.
    ///
    /// # Errors
    /// If Redis does not answer or refuses a command, or if settings, an epoch or a number of fences cannot be read.
    pub(crate) async fn read(
        &self,
        PendingState { keys, reply }: PendingState,
        replies: &mut Replies,
    ) -> Result<TenantState, RedisError> {
        let (settings, stored, fence_keys): StateReply = replies.take(reply)?;
        let settings = settings.as_deref().map(settings_in).transpose()?;
        let mut has_fences = exists(fence_keys)?;
        let known = epochs_in(&stored)?;
        let epochs = if let [Some(employee), Some(department), Some(widget)] = known {
            [employee, department, widget]
        } else {
            let (epochs, fence_keys) = Box::pin(self.begin_epochs(&keys)).await?;
            has_fences = exists(fence_keys)?;
            epochs
        };
        let fenced = if has_fences {
            Box::pin(fence::active_fences(&self.link, &keys)).await?
        } else {
            [false; _]
        };
        Ok(TenantState { settings, epochs, fenced })
    }

    /// Creates an epoch for every entity that has none. If two nodes do so at the same time, both get the epoch that was stored first. Returns all epochs, and
    /// how many keys of fences exist.
    ///
    /// # Errors
    /// If Redis does not answer or refuses a command, or if an epoch cannot be read.
    async fn begin_epochs(
        &self,
        keys: &EpochKeys,
    ) -> Result<([Epoch; Entity::ALL.len()], i64), RedisError> {
        let mut pipeline = pipe();
        pipeline.atomic();
        for entity in Entity::ALL {
            pipeline.hset_nx(&keys.epochs, entity.field(), random_epoch()?.as_bytes()).ignore();
        }
        pipeline.pexpire(&keys.epochs, millis(EPOCHS_TTL)).ignore();
        pipeline.hmget(&keys.epochs, &Entity::ALL.map(Entity::field)).exists(&keys.fences);
        let (stored, fence_keys): (Stored, i64) =
            pipeline.query_async(&mut self.link.connection_for(keys.tenant)).await?;
        let missing = || unexpected("an epoch that was just stored is missing");
        let [employee, department, widget] =
            epochs_in(&stored)?.map(|epoch| epoch.ok_or_else(missing));
        Ok(([employee?, department?, widget?], fence_keys))
    }

    /// Stores settings read from PostgreSQL for [`SETTINGS_TTL`], unless Redis already holds some: those may be newer.
    pub(crate) async fn remember_settings(
        &self,
        tenant: TenantId,
        settings: TenantSettings,
    ) -> Result<(), RedisError> {
        let mut set = set_settings(tenant, settings);
        set.arg("NX").query_async(&mut self.link.connection_for(tenant)).await
    }

    /// Stores settings that have just changed, and replaces those in Redis.
    pub(crate) async fn announce_settings(
        &self,
        tenant: TenantId,
        settings: TenantSettings,
    ) -> Result<(), RedisError> {
        set_settings(tenant, settings).query_async(&mut self.link.connection_for(tenant)).await
    }
}

fn set_settings(tenant: TenantId, settings: TenantSettings) -> redis::Cmd {
    let mut set = redis::cmd("SET");
    let text = format!("{} {}", settings.status.as_str(), settings.session_policy.as_str());
    set.arg(settings_key(tenant)).arg(text).arg("PX").arg(millis(SETTINGS_TTL));
    set
}

fn settings_key(tenant: TenantId) -> String {
    format!("t:{{{tenant}}}:settings")
}

/// Reads stored settings: the status and the session policy. Settings that this version does not know are an error, and are not the same as none.
fn settings_in(text: &str) -> Result<TenantSettings, RedisError> {
    let parsed = text.split_once(' ').and_then(|(status, policy)| {
        Some(TenantSettings { status: status.parse().ok()?, session_policy: policy.parse().ok()? })
    });
    parsed.ok_or_else(|| unexpected("the settings of a tenant are unknown"))
}

/// Reads the stored epochs; `None` for an entity that has none yet.
fn epochs_in(stored: &Stored) -> Result<[Option<Epoch>; Entity::ALL.len()], RedisError> {
    let epoch = |bytes: &Vec<u8>| {
        Epoch::from_stored(bytes).ok_or_else(|| unexpected("an epoch is not 16 bytes"))
    };
    let [employee, department, widget] =
        stored.each_ref().map(|bytes| bytes.as_ref().map(epoch).transpose());
    Ok([employee?, department?, widget?])
}

/// Reads the reply to `EXISTS` for one key.
fn exists(keys: i64) -> Result<bool, RedisError> {
    match keys {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(unexpected("`EXISTS` for one key returned another number than 0 or 1")),
    }
}

/// The error for a reply that `reason` says is unexpected, although its type is right.
fn unexpected(reason: &'static str) -> RedisError {
    (ErrorKind::UnexpectedReturnType, reason).into()
}

#[cfg(test)]
mod tests {
    use domain::{SessionPolicy, TenantStatus};
    use redis::{FromRedisValue, Value, from_redis_value};

    use super::*;

    fn stored(lengths: [Option<usize>; Entity::ALL.len()]) -> Stored {
        lengths.map(|length| length.map(|length| vec![7; length]))
    }

    /// O6, I3: unknown settings are an error: they must not open a tenant, nor count as settings that Redis does not have.
    #[test]
    fn unknown_settings_are_an_error() {
        let suspended = TenantSettings {
            status: TenantStatus::Suspended,
            session_policy: SessionPolicy::Strict,
        };
        assert_eq!(settings_in("suspended strict").unwrap(), suspended);
        for odd in ["", "active", "active ", " strict", "Active strict", "active lax", "null"] {
            assert!(settings_in(odd).is_err(), "{odd}");
        }
    }

    /// O6: an epoch of another length is an error. Only a missing one is created.
    #[test]
    fn an_unreadable_epoch_is_an_error() {
        let missing = epochs_in(&stored([Some(16), None, None])).unwrap();
        assert!(missing[0].is_some() && missing[1].is_none());
        let odd = [[Some(15), Some(16)], [Some(16), Some(17)], [None, Some(0)]];
        for odd in odd.map(|[one, other]| [one, other, Some(16)]) {
            assert!(epochs_in(&stored(odd)).is_err(), "{odd:?}");
        }
    }

    /// O6: only the number 0 means that no write is in progress.
    #[test]
    fn an_unexpected_reply_about_fences_is_an_error() {
        assert_eq!([0, 1].map(|keys| exists(keys).unwrap()), [false, true]);
        assert!([-1, 2].iter().all(|keys| exists(*keys).is_err()));
        let reply = |fences| {
            let epochs = Value::Array(vec![Value::Nil; Entity::ALL.len()]);
            StateReply::from_redis_value(Value::Array(vec![Value::Nil, epochs, fences]))
        };
        assert!(reply(Value::Int(0)).is_ok());
        for odd in [Value::Nil, Value::Array(Vec::new())] {
            assert!(reply(odd.clone()).is_err(), "{odd:?}");
        }
    }

    /// O6: a reply with another number of epochs than entities is an error, not missing epochs.
    #[test]
    fn another_number_of_epochs_is_an_error() {
        for odd in [
            Value::Nil,
            Value::Array(Vec::new()),
            Value::Array(vec![Value::Nil; Entity::ALL.len() + 1]),
        ] {
            let reply = Value::Array(vec![Value::Nil, odd.clone(), Value::Int(0)]);
            assert!(from_redis_value::<StateReply>(reply).is_err(), "{odd:?}");
        }
    }
}
