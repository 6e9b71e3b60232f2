//! `watertight pool set`: changes the settings of a company's user pool.

use anyhow::Context;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use domain::TenantSlug;
use serde_json::json;
use store::PoolChange;

use crate::{
    company,
    config::{Database, Environment},
};

/// Subcommands of `watertight pool`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Change a company's user pool and print its settings as JSON. Running nodes use them within a second.
    Set(Change),
}

/// The settings to change. A setting that is left out does not change.
#[derive(Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true))]
pub(crate) struct Change {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The algorithm of the next signing keys. Existing keys do not change: `watertight keys rotate` makes the next ones.
    #[arg(long, group = "change")]
    algorithm: Option<Algorithm>,
    /// Whether users may sign in by SRP. It works only for passwords that are set while it is on, because only those get an SRP verifier. Switching it
    /// off deletes all verifiers.
    #[arg(long, group = "change")]
    srp: Option<bool>,
    /// Whether access tokens carry the claim `custom:tenant_id`. Watertight itself never reads it.
    #[arg(long, group = "change")]
    tenant_claim: Option<bool>,
}

/// The signing algorithms that a user pool can have.
#[derive(Clone, Copy, ValueEnum)]
enum Algorithm {
    /// RSA with 2048 bits, which every verifier supports.
    #[value(name = "RS256")]
    Rs256,
    /// ECDSA with P-256: shorter tokens, and faster to sign.
    #[value(name = "ES256")]
    Es256,
}

/// Saves the changed settings and prints all of them.
pub(crate) async fn run(environment: &Environment<'_>, action: Action) -> anyhow::Result<()> {
    let Action::Set(Change { company: slug, algorithm, srp, tenant_claim }) = action;
    let store = Database::read(environment)?.connect().await?;
    let company = company::named(&store, "--company", &slug).await?;
    let algorithm = algorithm.map(|algorithm| match algorithm {
        Algorithm::Rs256 => "RS256".to_owned(),
        Algorithm::Es256 => "ES256".to_owned(),
    });
    let pool = store.set_pool(company.id, PoolChange { algorithm, srp, tenant_claim }).await?;
    let pool = pool.context("the company has no user pool")?;
    let settings = pool.settings;
    if !settings.srp {
        store.forget_srp_verifiers(company.id).await?;
    }
    let settings = json!({
        "pool_id": pool.id,
        "algorithm": settings.algorithm,
        "srp": settings.srp,
        "tenant_claim": settings.tenant_claim,
    });
    println!("{settings:#}");
    Ok(())
}
