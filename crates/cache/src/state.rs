//! What Redis knows of a tenant before anything is done for it: status, epochs and fences, read on the round trip that binds a request.

use std::time::Duration;

use domain::{TenantId, TenantStatus};
use redis::{RedisError, pipe};
use session::{Asked, RedisLink, Replies, RoundTrip, command};

use crate::{
    epoch::{EPOCHS_TTL, Entity, Epoch},
    fence::{self, EpochKeys, millis, random_epoch},
    locks::Locks,
};

/// How long a status is believed before PostgreSQL is asked again.
const STATUS_TTL: Duration = Duration::from_secs(5);

/// The fields of a hash of epochs, in the order of their entities; nothing where there is none yet.
type Stored = [Option<Vec<u8>>; Entity::ALL.len()];

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

/// A question for a tenant's state, which is under way.
#[must_use = "a state that nobody reads need not be asked for"]
pub struct StateQuestion {
    keys: EpochKeys,
    asked: Asked,
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
        let whose = if self.locks.key() { format!("t:{{{tenant}}}:") } else { "t:".to_owned() };
        EpochKeys {
            tenant,
            epochs: [&whose, "epochs"].concat(),
            fences: [&whose, "fences"].concat(),
        }
    }

    /// Adds the question for a tenant's state to a round trip.
    ///
    /// The epochs are read before the fences: a reader who finds no fence has epochs that were there before any fence that it has
    /// missed, and under those nobody looks for a body once the write has begun.
    pub(crate) fn ask(&self, trip: &mut RoundTrip, tenant: TenantId) -> StateQuestion {
        let keys = self.keys_of(tenant);
        let asked = trip.ask(|pipeline| {
            let fields = Entity::ALL.map(Entity::field);
            pipeline
                .add_command(command(["GET", &status_key(tenant)]))
                .add_command(command(["HMGET", &keys.epochs].into_iter().chain(fields)))
                .add_command(command(["EXISTS", &keys.fences]));
        });
        StateQuestion { keys, asked }
    }

    /// What was answered; another round trip while a write is under way and for a tenant that Redis does not know.
    pub(crate) async fn read(
        &self,
        StateQuestion { keys, asked }: StateQuestion,
        replies: &mut Replies,
    ) -> Result<TenantState, RedisError> {
        let (status, mut stored, mut fences): (Option<String>, Stored, bool) =
            replies.take(asked)?;
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

    /// Gives every entity that has none an epoch. Two nodes that do so at once agree: the first one's value stays.
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

    /// Remembers a status that PostgreSQL has just told, for [`STATUS_TTL`]; unless one stands there, which may be newer than what was told.
    pub(crate) async fn remember_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), RedisError> {
        let mut set = set_status(tenant, status);
        set.arg("NX").query_async(&mut self.link.connection_for(tenant)).await
    }

    /// Puts a status that has just been changed in place of the one that is remembered.
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
