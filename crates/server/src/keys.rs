//! `watertight keys rotate` and `keys revoke`, and rotation on schedule (row T8).

use std::time::Duration;

use anyhow::bail;
use api::Pools;
use clap::{Args, Subcommand};
use domain::{PoolId, TenantSlug};
use store::RevokedKey;

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
    /// Make a signing key untrusted on every node within a second, whatever it has signed. Another key signs in its place at once.
    Revoke(KeyRevocation),
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

/// Which key.
#[derive(Args)]
pub(crate) struct KeyRevocation {
    /// The key's id, as it stands in the pool's JWKS and in the header of the tokens that the key has signed.
    // A `kid` is in base64url and may begin with a hyphen.
    #[arg(long, allow_hyphen_values = true)]
    kid: String,
}

/// Changes the keys; nodes that serve know of it within a second.
pub(crate) async fn obey(environment: &Environment<'_>, verb: Verb) -> anyhow::Result<()> {
    let (seals, web) = (seals(environment)?, Web::read(environment)?);
    let store = Database::read(environment)?.connect().await?;
    match verb {
        Verb::Rotate(Rotation { company: slug, ahead_seconds }) => {
            let company = company::named(&store, "--company", &slug).await?;
            let pools = Pools::start(store, seals, web.settings.public_url.to_string()).await?;
            let Some(pool) = pools.pool_of(company.id) else { bail!("`{slug}` has no pool") };
            rotate(&pools, &pool, ahead_seconds).await
        }
        Verb::Revoke(KeyRevocation { kid }) => {
            let pools = Pools::start(store, seals, web.settings.public_url.to_string()).await?;
            revoke(&pools, &kid).await
        }
    }
}

async fn rotate(pools: &Pools, pool: &PoolId, ahead_seconds: Option<u64>) -> anyhow::Result<()> {
    if pools.rotate(pool, ahead_seconds.map(Duration::from_secs)).await? {
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

async fn revoke(pools: &Pools, kid: &str) -> anyhow::Result<()> {
    let Some(revoked) = pools.revoke_key(kid).await? else {
        bail!(
            "no pool has the signing key `{kid}`\nhint: `--kid` is a `kid` of `/<pool id>/.well-known/jwks.json`, or of a token's header"
        );
    };
    let RevokedKey { tenant, pool, token_use, successor } = revoked;
    tracing::warn!(%tenant, %pool, kid, token_use, successor, "idp.key.revoked");
    let next = successor.map_or_else(
        || "it did not sign any more".to_owned(),
        |successor| format!("`{successor}` takes its place"),
    );
    println!(
        "`{kid}` of `{pool}` is revoked: within a second every node refuses the {token_use} tokens that it has signed; {next}\nhint: verifiers elsewhere may keep the old key set for five minutes; sessions and refresh tokens do not depend on this key and go on"
    );
    Ok(())
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
