//! The state of a tenant in the session Redis: status, epochs and fences, read in the batch that binds a request.

use std::time::Duration;

use domain::{TenantId, TenantStatus};
use lab::{Faults, Lock};
use redis::{RedisError, pipe};
use session::{PendingReply, ReadBatch, RedisLink, Replies, command};

use crate::{
    epoch::{EPOCHS_TTL, Entity, Epoch},
    fence::{self, EpochKeys, millis, random_epoch},
};

/// How long a status in Redis is used before it is read from PostgreSQL again.
const STATUS_TTL: Duration = Duration::from_secs(5);

/// The stored epochs in the order of [`Entity::ALL`]; `None` for an entity that has no epoch yet.
type Stored = [Option<Vec<u8>>; Entity::ALL.len()];

/// A tenant's status, epochs and fences, as the session Redis had them when the request was bound.
#[derive(Clone, Debug)]
pub struct TenantState {
    /// The tenant's status. `None` if Redis has none: the caller must then read it from PostgreSQL.
    pub status: Option<TenantStatus>,
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
pub(crate) struct States {
    link: RedisLink,
    faults: Faults,
}

impl States {
    pub(crate) fn new(link: RedisLink, faults: Faults) -> Self {
        Self { link, faults }
    }

    /// Returns a copy that uses another link.
    pub(crate) fn with_link(&self, link: RedisLink) -> Self {
        Self { link, faults: self.faults.clone() }
    }

    /// Returns a copy with these locks.
    pub(crate) fn with(&self, faults: &Faults) -> Self {
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
                .add_command(command(["GET", &status_key(tenant)]))
                .add_command(command(["HMGET", &keys.epochs].into_iter().chain(fields)))
                .add_command(command(["EXISTS", &keys.fences]));
        });
        PendingState { keys, reply }
    }

    /// Reads the reply. Sends further commands while a write is in progress, and for a tenant that has no epochs in Redis yet.
    pub(crate) async fn read(
        &self,
        PendingState { keys, reply }: PendingState,
        replies: &mut Replies,
    ) -> Result<TenantState, RedisError> {
        let (status, mut stored, mut fences): (Option<String>, Stored, bool) =
            replies.take(reply)?;
        if stored.iter().any(|epoch| epoch_in(epoch.as_deref()).is_none()) {
            (stored, fences) = Box::pin(self.begin_epochs(&keys)).await?;
        }
        let unreadable = || {
            RedisError::from((redis::ErrorKind::UnexpectedReturnType, "an epoch is not 16 bytes"))
        };
        let [employee, department] =
            stored.map(|epoch| epoch_in(epoch.as_deref()).ok_or_else(unreadable));
        let standing = async || Box::pin(fence::standing(&self.link, &keys)).await;
        Ok(TenantState {
            status: status.and_then(|word| word.parse().ok()),
            epochs: [employee?, department?],
            fenced: if fences { standing().await? } else { [false; _] },
        })
    }

    /// Creates an epoch for every entity that has none. If two nodes do so at the same time, both get the epoch that was stored first.
    async fn begin_epochs(&self, keys: &EpochKeys) -> Result<(Stored, bool), RedisError> {
        let mut pipeline = pipe();
        pipeline.atomic();
        for entity in Entity::ALL {
            pipeline.hset_nx(&keys.epochs, entity.field(), random_epoch()?.as_bytes()).ignore();
        }
        pipeline.pexpire(&keys.epochs, millis(EPOCHS_TTL)).ignore();
        pipeline.hmget(&keys.epochs, &Entity::ALL.map(Entity::field)).exists(&keys.fences);
        pipeline.query_async(&mut self.link.connection_for(keys.tenant)).await
    }

    /// Stores a status read from PostgreSQL for [`STATUS_TTL`], unless Redis already holds one: that one may be newer.
    pub(crate) async fn remember_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), RedisError> {
        let mut set = set_status(tenant, status);
        set.arg("NX").query_async(&mut self.link.connection_for(tenant)).await
    }

    /// Stores a status that has just changed, and replaces the one in Redis.
    pub(crate) async fn announce_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), RedisError> {
        set_status(tenant, status).query_async(&mut self.link.connection_for(tenant)).await
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

fn epoch_in(stored: Option<&[u8]>) -> Option<Epoch> {
    Epoch::from_stored(stored?)
}
