//! What Redis knows of a tenant before anything is done for it: its status and its epochs, read in one round trip.

use std::{collections::HashMap, time::Duration};

use domain::{TenantId, TenantStatus};
use redis::{RedisError, pipe};
use session::RedisLink;

use crate::epoch::{Entity, Epoch};

/// How long a status is believed before PostgreSQL is asked again.
const STATUS_TTL: Duration = Duration::from_secs(5);
/// How long unused epochs are kept. Losing them costs misses, never a stale body.
const EPOCHS_TTL: Duration = Duration::from_hours(24);

/// A tenant's status and epochs.
#[derive(Clone, Debug)]
pub struct TenantState {
    /// Its status, or `None` if Redis does not know: then PostgreSQL is asked; nothing is assumed.
    pub status: Option<TenantStatus>,
    pub(crate) epochs: [Epoch; Entity::ALL.len()],
}

impl TenantState {
    /// The epochs of these entities, in the entities' order.
    pub(crate) fn epochs_of(&self, entities: &[Entity]) -> Vec<Epoch> {
        entities.iter().map(|entity| self.epochs[*entity as usize]).collect()
    }
}

/// Reads and writes the state of tenants.
#[derive(Clone)]
pub(crate) struct States {
    link: RedisLink,
}

impl States {
    pub(crate) fn new(link: RedisLink) -> Self {
        Self { link }
    }

    pub(crate) async fn read(&self, tenant: TenantId) -> Result<TenantState, RedisError> {
        let (status, mut stored): (Option<String>, HashMap<String, Vec<u8>>) = pipe()
            .get(status_key(tenant))
            .hgetall(epochs_key(tenant))
            .query_async(&mut self.link.connection())
            .await?;
        let missing = |stored: &HashMap<String, Vec<u8>>| {
            Entity::ALL.into_iter().any(|entity| epoch_in(stored, entity).is_none())
        };
        if missing(&stored) {
            stored = self.begin_epochs(tenant).await?;
        }
        let unreadable = || {
            RedisError::from((redis::ErrorKind::UnexpectedReturnType, "an epoch is not 16 bytes"))
        };
        let [employee, department] =
            Entity::ALL.map(|entity| epoch_in(&stored, entity).ok_or_else(unreadable));
        Ok(TenantState {
            status: status.and_then(|word| word.parse().ok()),
            epochs: [employee?, department?],
        })
    }

    /// Gives every entity that has none an epoch. Two nodes that do so at once agree: the first one's value stays.
    async fn begin_epochs(&self, tenant: TenantId) -> Result<HashMap<String, Vec<u8>>, RedisError> {
        let key = epochs_key(tenant);
        let mut pipeline = pipe();
        pipeline.atomic();
        for entity in Entity::ALL {
            pipeline.hset_nx(&key, entity.field(), random_epoch()?.as_bytes()).ignore();
        }
        pipeline.pexpire(&key, millis(EPOCHS_TTL)).ignore().hgetall(&key);
        let (stored,) = pipeline.query_async(&mut self.link.connection()).await?;
        Ok(stored)
    }

    /// Makes every body that depends on the entity stale.
    pub(crate) async fn renew_epoch(
        &self,
        tenant: TenantId,
        entity: Entity,
    ) -> Result<(), RedisError> {
        let key = epochs_key(tenant);
        pipe()
            .atomic()
            .hset(&key, entity.field(), random_epoch()?.as_bytes())
            .ignore()
            .pexpire(&key, millis(EPOCHS_TTL))
            .ignore()
            .query_async(&mut self.link.connection())
            .await
    }

    /// Remembers a status that PostgreSQL has just told, for [`STATUS_TTL`].
    pub(crate) async fn remember_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), RedisError> {
        redis::cmd("SET")
            .arg(status_key(tenant))
            .arg(status.as_str())
            .arg("PX")
            .arg(millis(STATUS_TTL))
            .query_async(&mut self.link.connection())
            .await
    }
}

fn status_key(tenant: TenantId) -> String {
    format!("t:{{{tenant}}}:status")
}

fn epochs_key(tenant: TenantId) -> String {
    format!("t:{{{tenant}}}:epochs")
}

fn epoch_in(stored: &HashMap<String, Vec<u8>>, entity: Entity) -> Option<Epoch> {
    Epoch::from_stored(stored.get(entity.field())?)
}

fn random_epoch() -> Result<Epoch, RedisError> {
    Epoch::random().map_err(|error| std::io::Error::other(error).into())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
