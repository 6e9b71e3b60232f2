//! A node with a cache of its own, and the database behind it: one number.

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

/// What stands for PostgreSQL. Clones share the number.
#[derive(Clone, Default)]
pub(crate) struct Database {
    number: Arc<AtomicU64>,
    loads: Arc<AtomicU64>,
}

/// One process of the product, as far as the cache goes.
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

    /// What a transaction that commits does.
    pub(crate) fn add_one(&self) -> u64 {
        self.number.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// How often it was asked.
    pub(crate) fn loads(&self) -> u64 {
        self.loads.load(Ordering::SeqCst)
    }

    pub(crate) fn load(&self) -> u64 {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.number()
    }
}

impl Node {
    /// A node of a fresh tenant.
    pub(crate) fn new(redis: &PrivateRedis, config: Config) -> Self {
        Self {
            cache: cache(redis, config),
            viewer: viewer(TenantId::from_uuid(Uuid::new_v4())),
            database: Database::default(),
        }
    }

    /// Another node that serves the same tenant from the same stores.
    pub(crate) fn beside(&self, redis: &PrivateRedis, config: Config) -> Self {
        Self { cache: cache(redis, config), ..self.clone() }
    }

    /// What a request reads that is bound now.
    pub(crate) async fn read(&self) -> u64 {
        let database = self.database.clone();
        self.read_with(move || async move { database.load() }).await
    }

    /// The same with a loader of one's own.
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

    /// Whether a body is in the cache under the state of now: a second read asks nobody.
    pub(crate) async fn is_cached(&self) -> bool {
        self.read().await;
        let before = self.database.loads();
        self.read().await;
        self.database.loads() == before
    }

    /// A write that does what it is given.
    pub(crate) async fn write_with<F>(
        &self,
        work: impl FnOnce() -> F + Send + 'static,
    ) -> Result<u64, WriteError<&'static str>>
    where
        F: Future<Output = Result<u64, &'static str>> + Send + 'static,
    {
        self.cache.write(&self.viewer, &[Entity::Department], work).await
    }

    /// A write that adds one.
    pub(crate) async fn write(&self) -> u64 {
        let database = self.database.clone();
        self.write_with(async move || Ok(database.add_one())).await.expect("it is written")
    }
}

/// Fences that lapse soon and bodies that do not.
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

#[expect(clippy::disallowed_methods, reason = "a test acts for no person")]
fn viewer(tenant: TenantId) -> TenantContext {
    TenantContext::without_a_person(&MaintenanceGrant::for_job("test"), tenant)
}
