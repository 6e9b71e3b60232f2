//! `watertight sign-out`: signs out every user of a company, or of all companies. Sessions may have been stolen (row S4), or a backup was restored (row O8).

use anyhow::{Context, ensure};
use clap::Args;
use domain::{TenantId, TenantSlug};
use session::RedisBackend;
use store::Store;
use tenancy::{MaintenanceGrant, TenantContext};

use crate::{
    company,
    config::{Database, Environment, RedisUrls},
    revocations,
};

/// The companies to sign out.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SignOut {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: Option<TenantSlug>,
    /// All companies, also those that are suspended or deleted.
    #[arg(long)]
    all_companies: bool,
}

/// Revokes the refresh tokens in PostgreSQL, and then the sessions and access tokens of each account. Sessions that begin meanwhile may end too.
pub(crate) async fn run(environment: &Environment<'_>, target: SignOut) -> anyhow::Result<()> {
    let redis = RedisUrls::read(environment)?;
    redis.find_primaries().await;
    let store = Database::read(environment)?.connect().await?;
    let sessions = revocations::sessions_behind(redis.session_link()?);
    let Some(slug) = target.company else { return all_companies(&store, &sessions).await };
    let tenant = company::named(&store, "--company", &slug).await?.id;
    let accounts = sign_out(&store, &sessions, tenant, &format!("`{slug}`")).await?;
    println!(
        "signed out every user of `{slug}`: {accounts} accounts have no session and no token any more"
    );
    Ok(())
}

/// Signs out the users of each company, whatever its status. A company that fails does not keep the others from it.
async fn all_companies(store: &Store, sessions: &RedisBackend) -> anyhow::Result<()> {
    let (mut companies, mut accounts, mut failed) = (0, 0, Vec::new());
    // Every company has a user pool.
    for pool in store.pools().await? {
        match sign_out(store, sessions, pool.tenant, pool.id.as_str()).await {
            Ok(more) => (companies, accounts) = (companies + 1, accounts + more),
            Err(error) => failed.push(format!("\n- {}: {error:#}", pool.id)),
        }
    }
    println!(
        "signed out every user of {companies} companies: {accounts} accounts have no session and no token any more"
    );
    ensure!(
        failed.is_empty(),
        "the users of {} companies, named by their pools, are not signed out completely{}",
        failed.len(),
        failed.concat()
    );
    Ok(())
}

/// Signs out every user of one company, and returns how many accounts it has.
async fn sign_out(
    store: &Store,
    sessions: &RedisBackend,
    tenant: TenantId,
    name: &str,
) -> anyhow::Result<usize> {
    #[expect(clippy::disallowed_methods, reason = "an operator is not a user of the company")]
    let grant = MaintenanceGrant::for_job("sign-out");
    let context = TenantContext::from_maintenance_grant(&grant, tenant);
    let accounts = store.sign_out_company(&context).await?;
    let ended = revocations::end_accounts(sessions, store, tenant, &accounts).await;
    ended.with_context(|| {
        format!(
            "the refresh tokens of {name} are revoked and its remembered devices forgotten, but not every session has ended\nhint: start Redis, or check `REDIS_SESSION_URL`, and run the command again"
        )
    })?;
    tracing::info!(%tenant, accounts = accounts.len(), "session.company.signed_out");
    Ok(accounts.len())
}
