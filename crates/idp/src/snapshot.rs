//! An immutable copy of all pools, applications and public keys.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{ClientId, PoolId, TenantId};
use store::{AppClient, StoredKey, UserPool};
use token::{IdTokenHint, InvalidJwkSet, Issuer, JwkSet, KeyRing, Leeway};

use crate::{Application, Pool, PoolsError};

/// The accepted difference between the clocks of nodes (row T4b).
const LEEWAY_SECONDS: u8 = 30;

/// All pools, applications and keys at one version. It never changes; a newer snapshot replaces it.
pub(crate) struct Snapshot {
    /// The version in the database.
    pub(crate) version: i64,
    pools: HashMap<PoolId, Arc<Pool>>,
    by_tenant: HashMap<TenantId, PoolId>,
    applications: HashMap<ClientId, Application>,
    ring: KeyRing,
}

impl Snapshot {
    /// Builds a snapshot from the rows.
    pub(crate) fn of(
        version: i64,
        base: &str,
        pools: Vec<UserPool>,
        applications: Vec<AppClient>,
        keys: Vec<StoredKey>,
    ) -> Result<Self, PoolsError> {
        let mut of_pool: HashMap<PoolId, Vec<StoredKey>> = HashMap::new();
        for key in keys {
            of_pool.entry(key.pool.clone()).or_default().push(key);
        }
        let pools: HashMap<PoolId, Arc<Pool>> = pools
            .into_iter()
            .map(|pool| {
                let keys = of_pool.remove(&pool.id).unwrap_or_default();
                let issuer = Arc::new(Issuer::of_pool(pool.tenant, pool.id.clone(), base)?);
                Ok((pool.id.clone(), Arc::new(Pool::new(pool, issuer, keys))))
            })
            .collect::<Result<_, PoolsError>>()?;
        let leeway = Leeway::from_seconds(LEEWAY_SECONDS).unwrap_or(Leeway::LONGEST);
        let ring = KeyRing::new(pools.values().flat_map(|pool| pool.trusted_keys()), leeway)?;
        let by_tenant = pools.values().map(|pool| (pool.tenant(), pool.id().clone())).collect();
        let applications = applications
            .into_iter()
            .filter_map(|known| {
                let pool = Arc::clone(pools.get(&known.pool)?);
                let id = known.client.id.clone();
                let application = Application::new(pool, Arc::new(known.client), known.created_at);
                Some((id, application))
            })
            .collect();
        Ok(Self { version, pools, by_tenant, applications, ring })
    }

    /// The pool with this id.
    pub(crate) fn pool(&self, id: &PoolId) -> Option<&Arc<Pool>> {
        self.pools.get(id)
    }

    /// The pool of a company, if it has one.
    pub(crate) fn pool_of(&self, tenant: TenantId) -> Option<&Arc<Pool>> {
        self.pools.get(self.by_tenant.get(&tenant)?)
    }

    /// The application with this id, in any pool.
    pub(crate) fn application(&self, id: &ClientId) -> Option<&Application> {
        self.applications.get(id)
    }

    /// The application that a token of this pool was issued to, if it still exists in that pool. An application with the same id that was added after the token
    /// was issued is a different one.
    pub(crate) fn holder(
        &self,
        id: &ClientId,
        pool: &PoolId,
        issued_at: DateTime<Utc>,
    ) -> Option<&Application> {
        let known = self.application(id).filter(|known| known.pool.id() == pool)?;
        // The time of issue in a token is in whole seconds.
        (issued_at.timestamp() >= known.created_at().timestamp()).then_some(known)
    }

    /// All pools, in no particular order.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &Arc<Pool>> {
        self.pools.values()
    }

    /// The keys that our own tokens are verified with.
    pub(crate) const fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The JWKS that a pool publishes at the time `now`.
    pub(crate) fn published(
        &self,
        id: &PoolId,
        now: DateTime<Utc>,
    ) -> Result<JwkSet, InvalidJwkSet> {
        self.ring.published(id, now)
    }

    /// Verifies an ID token that names the user who is meant, of this pool and of one of its applications. It may have expired. `None` if it does not verify.
    pub(crate) fn verify_id_token_hint(
        &self,
        text: &str,
        pool: &PoolId,
        now: DateTime<Utc>,
    ) -> Option<IdTokenHint> {
        let hint = self.ring.verify_id_token_hint(text, now).ok()?;
        let holder = self.holder(hint.client(), hint.pool(), hint.issued_at());
        (hint.pool() == pool && holder.is_some()).then_some(hint)
    }
}
