//! `watertight keys rotate` and `keys revoke`, and rotation on schedule (row T8).

use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use domain::{PoolId, TenantSlug};
use idp::Pools;
use store::RevokedKey;

use crate::{
    company,
    config::{Database, Environment, Web, seals},
};

/// How often a node looks for keys that are due for rotation.
const CHECK_INTERVAL: Duration = Duration::from_mins(10);

/// Subcommands of `watertight keys`.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Publish a company's next signing keys. They start to sign once every verifier can have fetched them.
    Rotate(Rotation),
    /// Revoke a signing key. Within a second every node refuses all tokens that it has signed. Another key replaces it at once.
    Revoke(KeyRevocation),
}

/// The company, and the time until its next keys sign.
#[derive(Args)]
pub(crate) struct Rotation {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    company: TenantSlug,
    /// The number of seconds until the new keys sign. Ten minutes by default; other verifiers may cache a JWKS for five.
    #[arg(long)]
    ahead_seconds: Option<u64>,
}

/// The key to revoke.
#[derive(Args)]
pub(crate) struct KeyRevocation {
    /// The `kid` of the key, as in the user pool's JWKS and in the header of the tokens that the key has signed.
    // A `kid` is in base64url, so it may begin with a hyphen.
    #[arg(long, allow_hyphen_values = true)]
    kid: String,
}

/// Runs the subcommand. Running nodes use the change within a second.
pub(crate) async fn run(environment: &Environment<'_>, action: Action) -> anyhow::Result<()> {
    let (seals, web) = (seals(environment)?, Web::read(environment)?);
    let store = Database::read(environment)?.connect().await?;
    match action {
        Action::Rotate(Rotation { company: slug, ahead_seconds }) => {
            let company = company::named(&store, "--company", &slug).await?;
            let pools = Pools::start(store, seals, web.settings.public_url.to_string()).await?;
            let Some(pool) = pools.pool_of(company.id) else { bail!("`{slug}` has no user pool") };
            rotate(&pools, &pool, ahead_seconds).await
        }
        Action::Revoke(KeyRevocation { kid }) => {
            let pools = Pools::start(store, seals, web.settings.public_url.to_string()).await?;
            revoke(&pools, &kid).await
        }
    }
}

async fn rotate(pools: &Pools, pool: &PoolId, ahead_seconds: Option<u64>) -> anyhow::Result<()> {
    if pools.rotate(pool, ahead_seconds.map(Duration::from_secs)).await? {
        println!(
            "the next keys of `{pool}` are published; its last ones stay until their last token has expired"
        );
        Ok(())
    } else {
        bail!(
            "the keys of `{pool}` are already being rotated\nhint: wait until the published keys sign"
        )
    }
}

async fn revoke(pools: &Pools, kid: &str) -> anyhow::Result<()> {
    let Some(revoked) = pools.revoke_key(kid).await? else {
        bail!(
            "no user pool has the signing key `{kid}`\nhint: `--kid` is a `kid` from `/<pool id>/.well-known/jwks.json`, or from a token's header"
        );
    };
    let RevokedKey { tenant, pool, token_use, successor } = revoked;
    tracing::warn!(%tenant, %pool, kid, token_use, successor, "idp.key.revoked");
    let next = successor.map_or_else(
        || "it no longer signed tokens".to_owned(),
        |successor| format!("`{successor}` replaces it"),
    );
    println!(
        "`{kid}` of `{pool}` is revoked: within a second every node refuses the {token_use} tokens that it has signed; {next}\nhint: other verifiers may cache the old key set for five minutes; sessions and refresh tokens do not depend on this key and stay valid"
    );
    Ok(())
}

/// Rotates the keys of every user pool whose newest keys are older than `age`, until the process ends. If several nodes try, only one rotates.
pub(crate) async fn on_schedule(pools: Pools, age: Duration) {
    loop {
        tokio::time::sleep(CHECK_INTERVAL.min(age)).await;
        for pool in pools.due(age) {
            match pools.rotate(&pool, None).await {
                Ok(true) => tracing::info!(%pool, "idp.key.rotated"),
                Ok(false) => {}
                Err(error) => tracing::warn!(%pool, %error, "idp.key.not_rotated"),
            }
        }
    }
}
