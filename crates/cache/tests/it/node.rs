//! A node with its own cache, and a database that holds one number.

use std::{
    convert::Infallible,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cache::{Cache, Config, DepartmentList, Encoding, Entity, Loaded, WriteError};
use domain::TenantId;
use seal::{RootKey, Seals};
use session::RedisLink;
use tenancy::{MaintenanceGrant, TenantContext};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::private_redis::PrivateRedis;

/// Stands in for PostgreSQL. Clones share the number.
#[derive(Clone, Default)]
pub(crate) struct Database {
    number: Arc<AtomicU64>,
    loads: Arc<AtomicU64>,
}

/// One process of the product, reduced to its cache.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) cache: Cache,
    pub(crate) viewer: TenantContext,
    pub(crate) database: Database,
}

impl Database {
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::SeqCst)
    }

    /// Adds one, as a committed transaction does, and returns the new number.
    pub(crate) fn add_one(&self) -> u64 {
        self.number.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// How often the number was loaded.
    pub(crate) fn loads(&self) -> u64 {
        self.loads.load(Ordering::SeqCst)
    }

    pub(crate) fn load(&self) -> u64 {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.number()
    }
}

impl Node {
    /// Creates a node with a new tenant.
    pub(crate) fn new(redis: &PrivateRedis, config: Config) -> Self {
        Self {
            cache: cache(redis, config),
            viewer: viewer(TenantId::from_uuid(Uuid::new_v4())),
            database: Database::default(),
        }
    }

    /// Another node that serves the same tenant from the same stores.
    pub(crate) fn second_node(&self, redis: &PrivateRedis, config: Config) -> Self {
        Self { cache: cache(redis, config), ..self.clone() }
    }

    /// Reads the number as a request does that is bound now.
    pub(crate) async fn read(&self) -> u64 {
        let database = self.database.clone();
        self.read_with(move || async move { database.load() }).await
    }

    /// Like [`Self::read`], with another loader.
    pub(crate) async fn read_with<F>(&self, load: impl FnOnce() -> F) -> u64
    where
        F: Future<Output = u64> + Send + 'static,
    {
        let state = self.cache.state(self.viewer.tenant()).await.expect("Redis answers");
        let load = || {
            let load = load();
            async move { Ok::<_, Infallible>(Some(Loaded { value: load.await, rows: vec![] })) }
        };
        let cache = self.cache.for_tenant(&self.viewer, &state, "request");
        let body = cache.get_or_load(&DepartmentList, load).await.expect("a body").expect("one");
        let json = body.bytes(Encoding::Identity).expect("always there");
        serde_json::from_slice(json).expect("a number")
    }

    /// Whether the body is cached under the current state: a second read does not load it.
    pub(crate) async fn is_cached(&self) -> bool {
        self.read().await;
        let before = self.database.loads();
        self.read().await;
        self.database.loads() == before
    }

    /// Does `work` as a write through the cache.
    pub(crate) async fn write_with<F>(
        &self,
        work: impl FnOnce() -> F + Send + 'static,
    ) -> Result<u64, WriteError<&'static str>>
    where
        F: Future<Output = Result<u64, &'static str>> + Send + 'static,
    {
        self.cache.write(&self.viewer, &[Entity::Department], work).await
    }

    /// Adds one through the cache and returns the new number.
    pub(crate) async fn write(&self) -> u64 {
        let database = self.database.clone();
        self.write_with(async move || Ok(database.add_one())).await.expect("it is written")
    }
}

/// A short lease for fences, and the default lifetime for bodies.
pub(crate) fn short_leases() -> Config {
    Config { lease: Duration::from_millis(400), ..Config::default() }
}

fn cache(redis: &PrivateRedis, config: Config) -> Cache {
    let link = || RedisLink::new(&redis.url(0)).expect("a URL");
    Cache::new(config, seals(), link(), link(), Handle::current())
}

/// All nodes have the same root key.
fn seals() -> Seals {
    static ROOT: LazyLock<RootKey> = LazyLock::new(|| RootKey::random().expect("randomness"));
    Seals::new(&ROOT, None)
}

#[expect(clippy::disallowed_methods, reason = "a test acts for no user")]
fn viewer(tenant: TenantId) -> TenantContext {
    TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("test"), tenant)
}
