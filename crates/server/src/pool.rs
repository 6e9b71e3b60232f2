//! `watertight pool set`: how a company's pool signs, and what it allows.

use anyhow::Context;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use domain::TenantSlug;
use serde_json::json;
use store::PoolChange;

use crate::{
    company,
    config::{Database, Environment},
};

/// What is done.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Change a company's pool. What it is then is printed as JSON; nodes that serve know of it within a second.
    Set(Change),
}

/// What is said stays so; what is not said stays as it was.
#[derive(Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true))]
pub(crate) struct Change {
    /// The company's name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// How the next keys sign. Those there are stay: `watertight keys rotate` makes the next.
    #[arg(long, group = "change")]
    algorithm: Option<Algorithm>,
    /// Whether clients may prove a password by SRP. A password that was set before has nothing to be proven against; switched off, all that others are
    /// proven against is removed.
    #[arg(long, group = "change")]
    srp: Option<bool>,
    /// Whether access tokens carry `custom:tenant_id`. Nobody here believes it.
    #[arg(long, group = "change")]
    tenant_claim: Option<bool>,
}

/// What the row of the database may say.
#[derive(Clone, Copy, ValueEnum)]
enum Algorithm {
    /// RSA of 2048 bits, which every verifier knows.
    #[value(name = "RS256")]
    Rs256,
    /// P-256: shorter tokens, and signed faster.
    #[value(name = "ES256")]
    Es256,
}

/// Writes it down.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    let Verb::Set(Change { company: slug, algorithm, srp, tenant_claim }) = verb;
    let store = Database::read(environment)?.connect().await?;
    let company = company::named(&store, "--company", &slug).await?;
    let algorithm = algorithm.map(|algorithm| match algorithm {
        Algorithm::Rs256 => "RS256".to_owned(),
        Algorithm::Es256 => "ES256".to_owned(),
    });
    let pool = store.set_pool(company.id, PoolChange { algorithm, srp, tenant_claim }).await?;
    let pool = pool.context("the company has no pool")?;
    let settings = pool.settings;
    if !settings.srp {
        store.forget_srp_verifiers(company.id).await?;
    }
    let shown = json!({
        "pool_id": pool.id,
        "algorithm": settings.algorithm,
        "srp": settings.srp,
        "tenant_claim": settings.tenant_claim,
    });
    println!("{shown:#}");
    Ok(())
}
