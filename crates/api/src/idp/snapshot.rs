//! All pools, applications and public keys as they stood at one moment.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{AccessScope, ClientId, PoolId, TenantId};
use store::{Flow, NewAppClient, StoredKey, UserPool};
use token::{Issuer, JwkSet, KeyRing, Leeway, PublicKey, RejectedSet, TrustedKey};

use super::pools::PoolsError;

/// How far the clocks of nodes may be apart (row T4b).
const LEEWAY_SECONDS: u8 = 30;

/// Everything that is known of pools. It never changes; the next one takes its place.
pub(crate) struct Snapshot {
    /// Its number in the database.
    pub(super) version: i64,
    pools: HashMap<PoolId, Arc<Pool>>,
    by_tenant: HashMap<TenantId, PoolId>,
    applications: HashMap<ClientId, Application>,
    ring: KeyRing,
}

/// A pool with the keys that sign for it.
#[expect(clippy::struct_field_names, reason = "a pool and its row are two things of one name")]
pub(crate) struct Pool {
    /// What was chosen for it.
    pub(crate) pool: UserPool,
    /// Its issuer.
    pub(crate) issuer: Arc<Issuer>,
    pub(super) keys: Vec<StoredKey>,
}

/// An application, and the pool that it belongs to.
#[derive(Clone)]
pub(crate) struct Application {
    /// Its pool: no other gives it tokens.
    pub(crate) pool: Arc<Pool>,
    /// What it is and may do.
    pub(crate) client: Arc<NewAppClient>,
    /// When it was added.
    pub(super) created_at: DateTime<Utc>,
}

impl Snapshot {
    /// Reads the rows as they were read. A key that cannot be read is not trusted, and said.
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

    /// The pool of this id.
    pub(crate) fn pool(&self, id: &PoolId) -> Option<&Arc<Pool>> {
        self.pools.get(id)
    }

    /// The pool of this company.
    pub(crate) fn pool_of(&self, tenant: TenantId) -> Option<&Arc<Pool>> {
        self.pools.get(self.by_tenant.get(&tenant)?)
    }

    /// The application of this id, whichever pool it belongs to.
    pub(crate) fn application(&self, id: &ClientId) -> Option<&Application> {
        self.applications.get(id)
    }

    /// The application that a token of this pool was given to, if it is still there and still of that pool. One of the same id that was added after the
    /// token was issued is another application.
    pub(super) fn holder(
        &self,
        id: &ClientId,
        pool: &PoolId,
        issued_at: DateTime<Utc>,
    ) -> Option<&Application> {
        let known = self.application(id).filter(|known| known.pool.pool.id == *pool)?;
        // A token says when it was issued in whole seconds.
        (issued_at.timestamp() >= known.created_at.timestamp()).then_some(known)
    }

    /// All pools.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &Arc<Pool>> {
        self.pools.values()
    }

    /// The keys that tokens are verified with.
    pub(crate) const fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// What a pool publishes.
    pub(crate) fn published(&self, id: &PoolId, now: DateTime<Utc>) -> Result<JwkSet, RejectedSet> {
        self.ring.published(id, now)
    }
}

impl Pool {
    fn trusted(&self) -> impl Iterator<Item = TrustedKey> {
        self.keys.iter().filter_map(|stored| {
            let read = PublicKey::from_jwk(stored.public_jwk.as_bytes());
            let (Ok(key), Ok(token_use)) = (read, stored.token_use.parse()) else {
                tracing::error!(kid = stored.kid, "idp.key.unreadable");
                return None;
            };
            let issuer = Arc::clone(&self.issuer);
            Some(TrustedKey { key, token_use, issuer, trusted_until: stored.expires_at })
        })
    }
}

impl Application {
    /// Whose it is.
    pub(crate) fn tenant(&self) -> TenantId {
        self.pool.pool.tenant
    }

    /// Whether its tokens may carry this scope now. Cognito's own protocol gives the person's own account to every application that may use it.
    pub(crate) fn allows(&self, scope: AccessScope) -> bool {
        let cognito = [Flow::Password, Flow::Srp].into_iter().any(|flow| self.may_use(flow));
        self.client.scopes.contains(&scope) || (scope == AccessScope::OwnAccount && cognito)
    }

    /// Whether it may get tokens that way.
    pub(crate) fn may_use(&self, flow: Flow) -> bool {
        self.client.flows.contains(&flow)
    }
}
