//! `watertight role set`: changes the role of an account. Its sessions go on with the new role, and its tokens, which carry the old one, end.

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::{Email, Role, TenantSlug};
use tenancy::{MaintenanceGrant, TenantContext};

use crate::{
    company,
    config::{Database, Environment, RedisUrls},
    revocations,
};

/// Subcommands of `watertight role`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Set the role of an account. Its sessions get the new role and a new id at their next request, on every node. Its refresh tokens and access tokens end, also
    /// if it has that role already.
    Set(Change),
}

/// The account and its new role.
#[derive(Args)]
pub(crate) struct Change {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The e-mail address of the account.
    #[arg(long)]
    account: Email,
    /// The new role: `hr_admin`, `manager`, `employee` or `auditor`.
    #[arg(long)]
    role: Role,
}

/// Changes the role in PostgreSQL, then marks the account's sessions and ends its tokens.
///
/// The change is recorded both before and after the role changes. If this process ends in between, a node carries it out some seconds later.
pub(crate) async fn run(environment: &Environment<'_>, action: Action) -> anyhow::Result<()> {
    let Action::Set(Change { company: slug, account, role }) = action;
    let redis = RedisUrls::read(environment)?;
    redis.find_primaries().await;
    let store = Database::read(environment)?.connect().await?;
    let tenant = company::named(&store, "--company", &slug).await?.id;
    let person = store.person_by_email(tenant, &account).await?;
    let no_account = || {
        format!(
            "`{slug}` has no account with that address\nhint: `--account` is the e-mail address that the user signs in with"
        )
    };
    let account = person.with_context(no_account)?.account;
    #[expect(clippy::disallowed_methods, reason = "an operator is not a user of the company")]
    let grant = MaintenanceGrant::for_job("role");
    let context = TenantContext::from_maintenance_grant(&grant, tenant);
    let sessions = revocations::sessions_behind(redis.session_link()?);

    revocations::note_role(&store, tenant, account).await?;
    let before = store.set_role(&context, account, role).await?.with_context(no_account)?;
    let (from, to) = (before.as_str(), role.as_str());
    tracing::info!(%tenant, %account, from, to, "idp.role.changed");
    let carried_out = revocations::carry_out_role(&sessions, &store, tenant, account).await;
    carried_out.with_context(|| {
        format!(
            "the role of the account is `{to}` in PostgreSQL, but its sessions and access tokens still have the old one\nhint: the nodes change that once Redis answers; start Redis, or check `REDIS_SESSION_URL`, and run the command again"
        )
    })?;
    println!(
        "the role of the account was `{from}` and is now `{to}`; its sessions have the new role from their next request on, and its tokens have ended on every node"
    );
    Ok(())
}
