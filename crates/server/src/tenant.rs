//! `watertight tenant suspend|open|delete`: what an operator does to a company as a whole.

use anyhow::Context;
use cache::Writer;
use clap::{Args, Subcommand};
use domain::{TenantSlug, TenantStatus};
use tokio::runtime::Handle;

use crate::{
    company,
    config::{Database, Environment, RedisUrls},
};

/// What is done.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Close a company to everyone; nothing is lost.
    Suspend(Company),
    /// Open a company again.
    Open(Company),
    /// Let a company be as if it never was. Its rows stay until they are erased.
    Delete(Company),
}

/// Which company.
#[derive(Args)]
pub(crate) struct Company {
    /// Its name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    slug: TenantSlug,
}

/// Changes the status in PostgreSQL and then in the memory of all nodes, so that it holds from their next request on.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    let (company, status) = match verb {
        Verb::Suspend(company) => (company, TenantStatus::Suspended),
        Verb::Open(company) => (company, TenantStatus::Active),
        Verb::Delete(company) => (company, TenantStatus::Deleted),
    };
    let redis = RedisUrls::read(environment)?;
    let store = Database::read(environment)?.connect().await?;
    let slug = &company.slug;
    let tenant = company::named(&store, "--slug", slug).await?;
    store.set_tenant_status(tenant.id, status).await?;
    let lease = cache::Config::default().lease;
    let cache = Writer::new(redis.session_link()?, lease, Handle::current());
    cache.announce_status(tenant.id, status).await.with_context(|| {
        format!(
            "`{slug}` is {} in PostgreSQL, but the nodes may not notice for five seconds\nhint: start Redis, or check `REDIS_SESSION_URL`, and run the command again",
            status.as_str()
        )
    })?;
    println!("`{slug}` is {} on every node", status.as_str());
    Ok(())
}
