//! The signing keys of the pools: their first keys, their rotation, and which of them sign now.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::PoolId;
use seal::SealedUnder;
use store::{NewSigningKey, StoredKey};
use token::{Algorithm, SigningKey, SigningKeyError, TokenUse, trusted_until};

use super::{AHEAD, Pools};
use crate::{Pool, PoolsError};

impl Pools {
    /// Gives a pool its next keys. They are published now and sign after `ahead` (10 minutes if `None`). Returns `false` if the pool does not exist or if the
    /// previous rotation is not finished.
    ///
    /// # Errors
    /// [`PoolsError`] if keys cannot be generated or written.
    pub async fn rotate(&self, pool: &PoolId, ahead: Option<Duration>) -> Result<bool, PoolsError> {
        self.refresh_if_older(Duration::ZERO).await?;
        let Some(pool) = self.current().pool(pool).cloned() else { return Ok(false) };
        let keys = self.generate_keys(&pool).await?;
        let ahead = ahead.unwrap_or(AHEAD);
        let now = Utc::now();
        let outlive = (trusted_until(now) - now).to_std().unwrap_or_default();
        let rotated = self.0.store.rotate_keys(pool.id(), keys, ahead, outlive).await?;
        self.refresh_if_older(Duration::ZERO).await?;
        Ok(rotated)
    }

    /// The ids of all pools whose newest key is older than `age`, for scheduled rotation (row T8).
    pub fn due(&self, age: Duration) -> Vec<PoolId> {
        let age = TimeDelta::from_std(age).unwrap_or(TimeDelta::MAX);
        let (current, now) = (self.current(), Utc::now());
        let due = current.pools().filter(|pool| {
            let newest = pool.keys().iter().map(|key| key.signs_from).max();
            newest.is_some_and(|from| now - from > age)
        });
        due.map(|pool| pool.id().clone()).collect()
    }

    /// The ids of keys that sign now or later but are sealed under a root key that this process does not have.
    pub fn locked_keys(&self) -> Vec<String> {
        let (current, now) = (self.current(), Utc::now());
        let locked =
            |key: &&StoredKey| self.0.seals.sealed_under(&key.sealed) == SealedUnder::Neither;
        let keys = current.pools().flat_map(|pool| {
            let later = pool.keys().iter().filter(|key| key.signs_from > now);
            keys_that_sign(pool, now).into_iter().flatten().chain(later)
        });
        keys.filter(locked).map(|key| key.kid.clone()).collect()
    }

    /// Gives a pool its first keys. Generating keys is slow and threads are shared, so only one request at a time does it and the others wait.
    pub(super) async fn add_first_keys(
        &self,
        pool: &Pool,
        now: DateTime<Utc>,
    ) -> Result<(), PoolsError> {
        let _only = self.0.first_keys.lock().await;
        let has_keys = |known: &Arc<Pool>| keys_that_sign(known, now).is_some();
        if self.current().pool(pool.id()).is_some_and(has_keys) {
            return Ok(());
        }
        let keys = self.generate_keys(pool).await?;
        self.0.store.add_first_keys(pool.id(), keys).await?;
        self.refresh_if_older(Duration::ZERO).await
    }

    /// Generates a key for each token use, on a blocking thread.
    pub(super) async fn generate_keys(
        &self,
        pool: &Pool,
    ) -> Result<Vec<NewSigningKey>, PoolsError> {
        let (seals, pool) = (self.0.seals.clone(), pool.row().clone());
        let made = tokio::task::spawn_blocking(move || {
            let algorithm = pool
                .settings
                .algorithm
                .parse::<Algorithm>()
                .map_err(|_| SigningKeyError::NotMade)?;
            [TokenUse::Id, TokenUse::Access]
                .map(|token_use| {
                    let key = SigningKey::generate(&pool.id, token_use, algorithm)?;
                    Ok(NewSigningKey {
                        kid: key.name().kid.to_string(),
                        token_use: token_use.as_str(),
                        algorithm: algorithm.as_str(),
                        public_jwk: serde_json::to_string(&key.public().to_jwk())
                            .map_err(|_| SigningKeyError::NotMade)?,
                        sealed: key.seal(&seals, pool.tenant)?,
                    })
                })
                .into_iter()
                .collect::<Result<Vec<_>, PoolsError>>()
        });
        made.await?
    }
}

/// The two keys that sign at `now`: for each token use the newest key that has started to sign.
pub(super) fn keys_that_sign(pool: &Pool, now: DateTime<Utc>) -> Option<[&StoredKey; 2]> {
    let latest = |token_use: TokenUse| {
        let of_use = pool.keys().iter().filter(|key| key.token_use == token_use.as_str());
        of_use.filter(|key| key.signs_from <= now).max_by_key(|key| key.signs_from)
    };
    Some([latest(TokenUse::Id)?, latest(TokenUse::Access)?])
}
