//! One user pool: its settings, its issuer and its keys.

use std::sync::Arc;

use domain::{PoolId, TenantId};
use store::{PoolSettings, StoredKey, UserPool};
use token::{Issuer, PublicKey, TokenUse, TrustedKey};

/// A user pool with the keys that sign for it.
pub struct Pool {
    row: UserPool,
    issuer: Arc<Issuer>,
    keys: Vec<StoredKey>,
}

impl Pool {
    /// A pool from its rows. Its keys are trusted only if a snapshot of the database contains the pool.
    pub const fn new(row: UserPool, issuer: Arc<Issuer>, keys: Vec<StoredKey>) -> Self {
        Self { row, issuer, keys }
    }

    /// The id of the pool, which is the path of its issuer.
    pub const fn id(&self) -> &PoolId {
        &self.row.id
    }

    /// The company that the pool belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.row.tenant
    }

    /// The settings: the algorithm of new keys, SRP and the tenant claim.
    pub const fn settings(&self) -> &PoolSettings {
        &self.row.settings
    }

    /// The row of the pool in the database.
    pub const fn row(&self) -> &UserPool {
        &self.row
    }

    /// The issuer of the pool's tokens.
    pub const fn issuer(&self) -> &Arc<Issuer> {
        &self.issuer
    }

    /// The stored keys, the private ones sealed.
    pub(crate) fn keys(&self) -> &[StoredKey] {
        &self.keys
    }

    /// The public keys. A key that cannot be parsed is logged and not trusted.
    pub(crate) fn trusted_keys(&self) -> impl Iterator<Item = TrustedKey> {
        self.keys.iter().filter_map(|stored| {
            let unreadable = |error: &dyn std::error::Error| {
                tracing::error!(kid = stored.kid, %error, "idp.key.unreadable");
            };
            let key = PublicKey::from_jwk(stored.public_jwk.as_bytes());
            let key = key.inspect_err(|error| unreadable(error)).ok()?;
            let token_use = stored.token_use.parse::<TokenUse>();
            let token_use = token_use.inspect_err(|error| unreadable(error)).ok()?;
            let issuer = Arc::clone(&self.issuer);
            Some(TrustedKey { key, token_use, issuer, trusted_until: stored.expires_at })
        })
    }
}
