//! What Redis knows of a tenant before anything is done for it: status, epochs and fences, read in one round trip.

use std::{collections::HashMap, time::Duration};

use domain::{TenantId, TenantStatus};
use redis::{RedisError, pipe};
use session::RedisLink;

use crate::{
    epoch::{EPOCHS_TTL, Entity, Epoch},
    fence::{self, EpochKeys, millis, random_epoch},
    locks::Locks,
};

/// How long a status is believed before PostgreSQL is asked again.
const STATUS_TTL: Duration = Duration::from_secs(5);

/// The fields of a hash of epochs.
type Stored = HashMap<String, Vec<u8>>;

/// A tenant's status, epochs and fences.
#[derive(Clone, Debug)]
pub struct TenantState {
    /// Its status, or `None` if Redis does not know: then PostgreSQL is asked; nothing is assumed.
    pub status: Option<TenantStatus>,
    pub(crate) epochs: [Epoch; Entity::ALL.len()],
    pub(crate) fenced: [bool; Entity::ALL.len()],
}

impl TenantState {
    /// The epochs of these entities, in the entities' order.
    pub(crate) fn epochs_of(&self, entities: &[Entity]) -> Vec<Epoch> {
        entities.iter().map(|entity| self.epochs[*entity as usize]).collect()
    }

    /// Whether a write to any of these is under way.
    pub(crate) fn is_fenced(&self, entities: &[Entity]) -> bool {
        entities.iter().any(|entity| self.fenced[*entity as usize])
    }
}

/// Reads and writes the state of tenants.
#[derive(Clone)]
pub(crate) struct States {
    link: RedisLink,
    locks: Locks,
}

impl States {
    pub(crate) fn new(link: RedisLink, locks: Locks) -> Self {
        Self { link, locks }
    }

    /// The same over another link.
    pub(crate) fn with_link(&self, link: RedisLink) -> Self {
        Self { link, locks: self.locks.clone() }
    }

    /// The same with these locks.
    #[cfg(feature = "lab")]
    pub(crate) fn with(&self, locks: &Locks) -> Self {
        Self { link: self.link.clone(), locks: locks.clone() }
    }

    /// The link to the Redis that keeps them.
    pub(crate) const fn link(&self) -> &RedisLink {
        &self.link
    }

    /// Where a tenant's epochs and fences are kept.
    pub(crate) fn keys_of(&self, tenant: TenantId) -> EpochKeys {
        let whose = if self.locks.key() { format!("{{{tenant}}}:") } else { String::new() };
        EpochKeys { epochs: format!("t:{whose}epochs"), fences: format!("t:{whose}fences") }
    }

    /// One round trip, and one more while a write is under way or for a tenant that Redis does not know.
    ///
    /// The epochs are read before the fences: a reader who finds no fence has epochs that were there before any fence that it has
    /// missed, and under those nobody looks for a body once the write has begun.
    pub(crate) async fn read(&self, tenant: TenantId) -> Result<TenantState, RedisError> {
        let keys = self.keys_of(tenant);
        let (status, mut stored, mut fences): (Option<String>, Stored, bool) = pipe()
            .get(status_key(tenant))
            .hgetall(&keys.epochs)
            .exists(&keys.fences)
            .query_async(&mut self.link.connection())
            .await?;
        if Entity::ALL.into_iter().any(|entity| epoch_in(&stored, entity).is_none()) {
            (stored, fences) = self.begin_epochs(&keys).await?;
        }
        let unreadable = || {
            RedisError::from((redis::ErrorKind::UnexpectedReturnType, "an epoch is not 16 bytes"))
        };
        let [employee, department] =
            Entity::ALL.map(|entity| epoch_in(&stored, entity).ok_or_else(unreadable));
        Ok(TenantState {
            status: status.and_then(|word| word.parse().ok()),
            epochs: [employee?, department?],
            fenced: if fences { fence::standing(&self.link, &keys).await? } else { [false; _] },
        })
    }

    /// Gives every entity that has none an epoch. Two nodes that do so at once agree: the first one's value stays.
    async fn begin_epochs(&self, keys: &EpochKeys) -> Result<(Stored, bool), RedisError> {
        let mut pipeline = pipe();
        pipeline.atomic();
        for entity in Entity::ALL {
            pipeline.hset_nx(&keys.epochs, entity.field(), random_epoch()?.as_bytes()).ignore();
        }
        pipeline.pexpire(&keys.epochs, millis(EPOCHS_TTL)).ignore();
        pipeline.hgetall(&keys.epochs).exists(&keys.fences);
        pipeline.query_async(&mut self.link.connection()).await
    }

    /// Remembers a status that PostgreSQL has just told, for [`STATUS_TTL`]; unless one stands there, which may be newer than what was told.
    pub(crate) async fn remember_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), RedisError> {
        let mut set = set_status(tenant, status);
        set.arg("NX").query_async(&mut self.link.connection()).await
    }

    /// Puts a status that has just been changed in place of the one that is remembered.
    pub(crate) async fn announce_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), RedisError> {
        set_status(tenant, status).query_async(&mut self.link.connection()).await
    }
}

fn set_status(tenant: TenantId, status: TenantStatus) -> redis::Cmd {
    let mut set = redis::cmd("SET");
    set.arg(status_key(tenant)).arg(status.as_str()).arg("PX").arg(millis(STATUS_TTL));
    set
}

fn status_key(tenant: TenantId) -> String {
    format!("t:{{{tenant}}}:status")
}

fn epoch_in(stored: &Stored, entity: Entity) -> Option<Epoch> {
    Epoch::from_stored(stored.get(entity.field())?)
}
