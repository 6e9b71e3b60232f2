//! `watertight tenant suspend|open|delete`: changes the status of a company.

use anyhow::Context;
use cache::Writer;
use domain::{TenantSlug, TenantStatus};
use tokio::runtime::Handle;

use crate::{
    company,
    config::{Database, Environment, RedisUrls},
};

/// Changes the status in PostgreSQL and then in the session Redis, so that every node uses it from its next request on.
pub(super) async fn set(
    environment: &Environment<'_>,
    slug: &TenantSlug,
    status: TenantStatus,
) -> anyhow::Result<()> {
    let redis = RedisUrls::read(environment)?;
    redis.find_primaries().await;
    let store = Database::read(environment)?.connect().await?;
    let tenant = company::named(&store, "--slug", slug).await?;
    let settings = store.set_tenant_status(tenant.id, status).await?;
    let settings = settings.with_context(|| format!("there is no company `{slug}`"))?;
    let lease = cache::Config::default().lease;
    let cache = Writer::new(redis.session_link()?, lease, Handle::current());
    cache.announce_settings(tenant.id, settings).await.with_context(|| {
        format!(
            "`{slug}` is {} in PostgreSQL, but nodes may use the old status for up to five seconds\nhint: start Redis, or check `REDIS_SESSION_URL`, and run the command again",
            status.as_str()
        )
    })?;
    println!("`{slug}` is {} on every node", status.as_str());
    Ok(())
}
