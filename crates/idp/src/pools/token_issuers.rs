//! Signs tokens: the opened signing keys of each pool.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use store::StoredKey;
use token::{KeyName, PreTokenHook, SigningKey, SigningKeyError, TokenIssuer};

use super::{Pools, signing_keys::keys_that_sign};
use crate::{Pool, PoolsError};

/// Identifies a token issuer: if one of these values changes, a new one is made.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct TokenIssuerKeys {
    /// The ids of the keys for ID and access tokens.
    kids: [String; 2],
    /// Whether access tokens get the claim `custom:tenant_id`.
    adds_tenant_id: bool,
}

impl Pools {
    /// The token issuer that signs for a pool at the time `now`. A pool without keys gets its first keys.
    ///
    /// # Errors
    /// [`PoolsError`] if a key cannot be made, opened or read.
    pub(crate) async fn token_issuer(
        &self,
        pool: &Pool,
        now: DateTime<Utc>,
    ) -> Result<Arc<TokenIssuer>, PoolsError> {
        if let Some(keys) = keys_that_sign(pool, now) {
            return self.issuer_with(pool, keys).await;
        }
        self.add_first_keys(pool, now).await?;
        let current = self.current();
        let pool = current.pool(pool.id()).ok_or(PoolsError::NoKeys)?;
        // Another node's clock may be slightly ahead.
        let keys = keys_that_sign(pool, now + TimeDelta::minutes(1)).ok_or(PoolsError::NoKeys)?;
        self.issuer_with(pool, keys).await
    }

    /// The token issuer with these keys. It is made once and then reused.
    async fn issuer_with(
        &self,
        pool: &Pool,
        keys: [&StoredKey; 2],
    ) -> Result<Arc<TokenIssuer>, PoolsError> {
        let identity = TokenIssuerKeys {
            kids: keys.map(|key| key.kid.clone()),
            adds_tenant_id: pool.settings().tenant_claim,
        };
        let mut issuers = self.0.token_issuers.lock().await;
        if let Some(issuer) = issuers.get(&identity) {
            return Ok(Arc::clone(issuer));
        }
        let [id, access] = keys.map(|key| self.open(pool, key));
        let hook =
            if identity.adds_tenant_id { PreTokenHook::AddTenantId } else { PreTokenHook::Nothing };
        let issuer = Arc::new(TokenIssuer::new(Arc::clone(pool.issuer()), id?, access?, hook)?);
        // Drops the token issuers whose keys no longer exist.
        let current = self.current();
        let exists = |kid: &String| {
            current.pools().any(|pool| pool.keys().iter().any(|key| key.kid == *kid))
        };
        issuers.retain(|identity, _| identity.kids.iter().all(exists));
        issuers.insert(identity, Arc::clone(&issuer));
        Ok(issuer)
    }

    fn open(&self, pool: &Pool, key: &StoredKey) -> Result<SigningKey, PoolsError> {
        let unreadable = || SigningKeyError::OtherKey;
        let name = KeyName {
            pool: pool.id().clone(),
            token_use: key.token_use.parse().map_err(|_| unreadable())?,
            algorithm: key.algorithm.parse().map_err(|_| unreadable())?,
            kid: key.kid.parse().map_err(|_| unreadable())?,
        };
        Ok(SigningKey::open(&self.0.seals, pool.tenant(), &name, &key.sealed)?)
    }
}
