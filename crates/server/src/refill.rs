//! `watertight seed`: fills the demonstration, and makes stale what a running server has cached of it.

use anyhow::Context;
use cache::{Cache, Entity};
use credential::{Limits, Passwords};
use store::Store;
use tenancy::{MaintenanceGrant, TenantContext};
use tokio::runtime::Handle;

use crate::{
    config::{Database, Environment, RedisUrls},
    seed::{self, SeedOptions},
};

/// Seeds, then prints what was done.
pub(crate) async fn fill(
    environment: &Environment<'_>,
    options: SeedOptions,
) -> anyhow::Result<()> {
    let redis = RedisUrls::read(environment)?;
    let store = Database::read(environment)?.connect().await?;
    let passwords = Passwords::start(Limits::default())?;
    let summary = seed::run(&store, &passwords, options).await?;
    make_stale(&store, &redis).await?;
    println!("{summary}");
    Ok(())
}

/// Every company gets new epochs: a page of the old rows is found by nobody any more.
#[expect(clippy::disallowed_methods, reason = "the seed acts for no person")]
async fn make_stale(store: &Store, redis: &RedisUrls) -> anyhow::Result<()> {
    let cache = Cache::new(
        cache::Config::default(),
        redis.session_link()?,
        redis.cache_link()?,
        Handle::current(),
    );
    let grant = MaintenanceGrant::for_job("seed");
    for tenant in store.tenants().await? {
        let context = TenantContext::without_a_person(&grant, tenant.id);
        for entity in Entity::ALL {
            let renewed = cache.renew_epoch(&context, entity).await;
            renewed.context("the rows are written, but what is cached of them may be shown for a minute\nhint: start Redis, or check `REDIS_SESSION_URL`")?;
        }
    }
    Ok(())
}
