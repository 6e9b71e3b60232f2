//! `watertight tenant suspend|open|delete`: changes the status of a company.

use anyhow::Context;
use cache::Writer;
use clap::{Args, Subcommand};
use domain::{TenantSlug, TenantStatus};
use tokio::runtime::Handle;

use crate::{
    company,
    config::{Database, Environment, RedisUrls},
};

/// Subcommands of `watertight tenant`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Close a company to all its users. No data is deleted.
    Suspend(Company),
    /// Open a company again.
    Open(Company),
    /// Treat a company as if it did not exist. Its rows stay until they are erased.
    Delete(Company),
}

/// The company to change.
#[derive(Args)]
pub(crate) struct Company {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    slug: TenantSlug,
}

/// Changes the status in PostgreSQL and then in the session Redis, so that every node uses it from its next request on.
pub(crate) async fn run(environment: &Environment<'_>, action: Action) -> anyhow::Result<()> {
    let (company, status) = match action {
        Action::Suspend(company) => (company, TenantStatus::Suspended),
        Action::Open(company) => (company, TenantStatus::Active),
        Action::Delete(company) => (company, TenantStatus::Deleted),
    };
    let redis = RedisUrls::read(environment)?;
    redis.find_primaries().await;
    let store = Database::read(environment)?.connect().await?;
    let slug = &company.slug;
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
