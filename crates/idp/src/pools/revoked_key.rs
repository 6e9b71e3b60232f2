//! Revokes a signing key at once, and logs a revocation on every node that notices one.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use store::RevokedKey;

use super::Pools;
use crate::{PoolsError, snapshot::Snapshot};

impl Pools {
    /// Revokes a signing key. Every node reads the pools twice a second, and from then on refuses every token that the key signed. A new key signs in its place
    /// at once, also during a rotation. Returns `None` if no pool has a key with this id.
    ///
    /// # Errors
    /// [`PoolsError`] if the new key cannot be made, or if PostgreSQL does not answer.
    pub async fn revoke_key(&self, kid: &str) -> Result<Option<RevokedKey>, PoolsError> {
        self.refresh_if_older(Duration::ZERO).await?;
        let current = self.current();
        let found = current.pools().find_map(|pool| {
            let key = pool.keys().iter().find(|key| key.kid == kid)?;
            Some((Arc::clone(pool), key.token_use.clone()))
        });
        let Some((pool, token_use)) = found else { return Ok(None) };
        let mut spares = self.generate_keys(&pool).await?.into_iter();
        let spare = spares.find(|spare| spare.token_use == token_use);
        let spare = spare.ok_or(PoolsError::NoKeys)?;
        let revoked = self.0.store.revoke_key(kid, spare).await?;
        self.refresh_if_older(Duration::ZERO).await?;
        Ok(revoked)
    }
}

/// Logs each key that disappeared before its expiry: an operator revoked it.
pub(super) fn log_revoked(before: &Snapshot, after: &Snapshot, now: DateTime<Utc>) {
    for pool in before.pools() {
        let id = pool.id();
        let kept = after
            .pool(id)
            .map_or_else(Vec::new, |pool| pool.keys().iter().map(|key| key.kid.as_str()).collect());
        for key in pool.keys().iter().filter(|key| !kept.contains(&key.kid.as_str())) {
            // A key whose last token has expired disappears too. Clocks may differ by some seconds.
            let expired = key.expires_at.is_some_and(|at| at - now < TimeDelta::minutes(1));
            if !expired {
                let (tenant, kid) = (pool.tenant(), &key.kid);
                tracing::warn!(%tenant, pool = %id, kid, token_use = key.token_use, "idp.key.revoked");
            }
        }
    }
}
