//! `watertight keys rotate`, and the same on schedule (row T8).

use std::time::Duration;

use anyhow::bail;
use api::Pools;
use clap::{Args, Subcommand};
use domain::TenantSlug;

use crate::{
    company,
    config::{Database, Environment, Web, seals},
};

/// How often a node looks whether it is time.
const LOOK: Duration = Duration::from_mins(10);

/// What is done.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Show a company's next signing keys, which sign once every verifier can have read them.
    Rotate(Rotation),
}

/// Whose, and how soon.
#[derive(Args)]
pub(crate) struct Rotation {
    /// The company's name in the host: `acme` of `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// In how many seconds they sign; ten minutes if not said. Verifiers elsewhere keep a JWKS for five.
    #[arg(long)]
    ahead_seconds: Option<u64>,
}

/// Turns the keys; nodes that serve know of it within a second.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    let Verb::Rotate(Rotation { company: slug, ahead_seconds }) = verb;
    let (seals, web) = (seals(environment)?, Web::read(environment)?);
    let store = Database::read(environment)?.connect().await?;
    let company = company::named(&store, "--company", &slug).await?;
    let pools = Pools::start(store, seals, web.settings.public_url.to_string()).await?;
    let Some(pool) = pools.pool_of(company.id) else { bail!("`{slug}` has no pool") };
    if pools.rotate(&pool, ahead_seconds.map(Duration::from_secs)).await? {
        println!(
            "`{pool}` shows its next keys; the last ones stay until their last token has expired"
        );
        Ok(())
    } else {
        bail!(
            "the keys of `{pool}` are turning already\nhint: wait until the ones that are shown sign"
        )
    }
}

/// Turns the keys of every pool whose youngest are older than that, for as long as the process lives. Of several nodes one does it.
pub(crate) async fn on_schedule(pools: Pools, age: Duration) {
    loop {
        tokio::time::sleep(LOOK.min(age)).await;
        for pool in pools.due(age) {
            match pools.rotate(&pool, None).await {
                Ok(true) => tracing::info!(%pool, "idp.key.rotated"),
                Ok(false) => {}
                Err(error) => tracing::warn!(%pool, %error, "idp.key.not_rotated"),
            }
        }
    }
}
