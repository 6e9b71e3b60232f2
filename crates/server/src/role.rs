//! `watertight role set`: gives an account another role, and ends everything that still has the old one.

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::{Email, Role, TenantSlug};
use tenancy::{MaintenanceGrant, TenantContext};

use crate::{
    company,
    config::{Database, Environment, RedisUrls},
    revocations,
};

/// What is done.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Give an account a role. Its sessions, refresh tokens and access tokens end on every node, also if it has that role already.
    Set(Change),
}

/// The account and its role.
#[derive(Args)]
pub(crate) struct Change {
    /// The company's name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The address with which the account signs in.
    #[arg(long)]
    account: Email,
    /// `hr_admin`, `manager`, `employee` or `auditor`.
    #[arg(long)]
    role: Role,
}

/// Changes the role in PostgreSQL, then ends what was begun with the old one.
///
/// The revocation is noted before the role changes as well as after: should this process end in between, a node carries it out some seconds later.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    let Verb::Set(Change { company: slug, account, role }) = verb;
    let redis = RedisUrls::read(environment)?;
    let store = Database::read(environment)?.connect().await?;
    let tenant = company::named(&store, "--company", &slug).await?.id;
    let person = store.person_by_email(tenant, &account).await?;
    let no_account = || {
        format!(
            "`{slug}` has no account with that address\nhint: `--account` is the address that the person signs in with"
        )
    };
    let account = person.with_context(no_account)?.account;
    #[expect(clippy::disallowed_methods, reason = "an operator is no person of the company")]
    let grant = MaintenanceGrant::for_job("role");
    let context = TenantContext::without_a_person(&grant, tenant);
    let sessions = revocations::sessions_behind(redis.session_link()?);

    revocations::note_account(&store, tenant, account).await?;
    let before = store.set_role(&context, account, role).await?.with_context(no_account)?;
    let (from, to) = (before.as_str(), role.as_str());
    tracing::info!(%tenant, %account, from, to, "idp.role.changed");
    let ended = revocations::end_account(&sessions, &store, tenant, account).await;
    ended.with_context(|| {
        format!(
            "the account is `{to}` in PostgreSQL, but its sessions and access tokens have not ended yet\nhint: the nodes end them once Redis answers; start Redis, or check `REDIS_SESSION_URL`, and run the command again"
        )
    })?;
    println!(
        "the account was `{from}` and is `{to}`; its sessions and tokens have ended on every node"
    );
    Ok(())
}
