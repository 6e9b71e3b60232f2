//! An immutable copy of all pools, applications and public keys.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{AccessScope, ClientId, PoolId, TenantId};
use store::{Flow, NewAppClient, StoredKey, UserPool};
use token::{InvalidJwkSet, Issuer, JwkSet, KeyRing, Leeway, PublicKey, TokenUse, TrustedKey};

use super::pools::PoolsError;

/// The accepted difference between the clocks of nodes (row T4b).
const LEEWAY_SECONDS: u8 = 30;

/// All pools, applications and keys at one version. It never changes; a newer snapshot replaces it.
pub(crate) struct Snapshot {
    /// The version in the database.
    pub(super) version: i64,
    pools: HashMap<PoolId, Arc<Pool>>,
    by_tenant: HashMap<TenantId, PoolId>,
    applications: HashMap<ClientId, Application>,
    ring: KeyRing,
}

/// A pool with the keys that sign for it.
#[expect(clippy::struct_field_names, reason = "`pool` is the database row of the pool")]
pub(crate) struct Pool {
    /// The pool's row: its id, tenant and settings.
    pub(crate) pool: UserPool,
    /// The issuer of its tokens.
    pub(crate) issuer: Arc<Issuer>,
    pub(super) keys: Vec<StoredKey>,
}

/// An application, and the pool that it belongs to.
#[derive(Clone)]
pub(crate) struct Application {
    /// Its pool, the only one that issues tokens to it.
    pub(crate) pool: Arc<Pool>,
    /// Its settings: flows, scopes, addresses and lifetimes.
    pub(crate) client: Arc<NewAppClient>,
    /// When the application was added. A token that was issued earlier belongs to another application with the same id.
    pub(super) created_at: DateTime<Utc>,
}

impl Snapshot {
    /// Builds a snapshot from the rows. A key that cannot be parsed is logged and not trusted.
    pub(super) fn of(
        version: i64,
        base: &str,
        pools: Vec<UserPool>,
        applications: Vec<store::AppClient>,
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
                Ok((pool.id.clone(), Arc::new(Pool { pool, issuer, keys })))
            })
            .collect::<Result<_, PoolsError>>()?;
        let leeway = Leeway::from_seconds(LEEWAY_SECONDS).unwrap_or(Leeway::LONGEST);
        let ring = KeyRing::new(pools.values().flat_map(|pool| pool.trusted()), leeway)?;
        let by_tenant =
            pools.values().map(|pool| (pool.pool.tenant, pool.pool.id.clone())).collect();
        let applications = applications
            .into_iter()
            .filter_map(|known| {
                let pool = Arc::clone(pools.get(&known.pool)?);
                let id = known.client.id.clone();
                let (client, created_at) = (Arc::new(known.client), known.created_at);
                Some((id, Application { pool, client, created_at }))
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
    pub(super) fn holder(
        &self,
        id: &ClientId,
        pool: &PoolId,
        issued_at: DateTime<Utc>,
    ) -> Option<&Application> {
        let known = self.application(id).filter(|known| known.pool.pool.id == *pool)?;
        // The time of issue in a token is in whole seconds.
        (issued_at.timestamp() >= known.created_at.timestamp()).then_some(known)
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
}

impl Pool {
    fn trusted(&self) -> impl Iterator<Item = TrustedKey> {
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

impl Application {
    /// The tenant of its pool.
    pub(crate) fn tenant(&self) -> TenantId {
        self.pool.pool.tenant
    }

    /// Whether its tokens may have this scope now. Every application that may use Cognito's protocol also has the scope of the user's own account.
    pub(crate) fn allows(&self, scope: AccessScope) -> bool {
        let cognito = [Flow::Password, Flow::Srp].into_iter().any(|flow| self.may_use(flow));
        self.client.scopes.contains(&scope) || (scope == AccessScope::OwnAccount && cognito)
    }

    /// Whether it may get tokens with this flow.
    pub(crate) fn may_use(&self, flow: Flow) -> bool {
        self.client.flows.contains(&flow)
    }
}
