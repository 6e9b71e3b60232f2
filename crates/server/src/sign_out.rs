//! `watertight sign-out`: signs out every user of a company, for example because its sessions may have been stolen (row S4).

use anyhow::Context;
use clap::Args;
use domain::TenantSlug;
use tenancy::{MaintenanceGrant, TenantContext};

use crate::{
    company,
    config::{Database, Environment, RedisUrls},
    revocations,
};

/// The company whose users are signed out.
#[derive(Args)]
pub(crate) struct Company {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
}

/// Revokes the refresh tokens in PostgreSQL, and then the sessions and access tokens of each account. Sessions that begin meanwhile may end too.
pub(crate) async fn run(environment: &Environment<'_>, company: Company) -> anyhow::Result<()> {
    let slug = company.company;
    let redis = RedisUrls::read(environment)?;
    redis.find_primaries().await;
    let store = Database::read(environment)?.connect().await?;
    let tenant = company::named(&store, "--company", &slug).await?.id;
    #[expect(clippy::disallowed_methods, reason = "an operator is not a user of the company")]
    let grant = MaintenanceGrant::for_job("sign-out");
    let context = TenantContext::from_maintenance_grant(&grant, tenant);
    let sessions = revocations::sessions_behind(redis.session_link()?);

    let accounts = store.sign_out_company(&context).await?;
    let ended = revocations::end_accounts(&sessions, &store, tenant, &accounts).await;
    ended.with_context(|| {
        format!(
            "the refresh tokens of `{slug}` are revoked and its remembered devices forgotten, but not every session has ended\nhint: start Redis, or check `REDIS_SESSION_URL`, and run the command again"
        )
    })?;
    tracing::info!(%tenant, accounts = accounts.len(), "session.company.signed_out");
    println!(
        "signed out every user of `{slug}`: {} accounts have no session and no token any more",
        accounts.len()
    );
    Ok(())
}
