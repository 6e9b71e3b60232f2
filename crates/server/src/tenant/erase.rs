//! `watertight tenant erase`: erases everything of a company, and prints a receipt.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, bail, ensure};
use chrono::{SecondsFormat, Utc};
use clap::Args;
use domain::{TenantId, TenantSlug, TenantStatus};
use serde_json::json;
use session::RedisLink;
use store::TableRows;
use tokio::time::sleep;

use super::with_database_hint;
use crate::{
    company,
    config::{Database, Environment, RedisUrls},
};

/// How often the keys are removed again if Redis does not answer.
const ATTEMPTS: u32 = 5;
/// The pause between two attempts.
const PAUSE: Duration = Duration::from_secs(1);

/// The company to erase.
#[derive(Args)]
pub(crate) struct Erase {
    /// The company's subdomain: `acme` in `acme.localhost`.
    #[arg(long)]
    slug: TenantSlug,
    /// Erase it. Without this option the command only counts what it would erase.
    #[arg(long)]
    yes: bool,
}

impl Erase {
    /// Deletes the rows first, and the keys in Redis after that: among the keys are revocations of tokens, which must hold as long as the company exists.
    pub(super) async fn run(self, environment: &Environment<'_>) -> anyhow::Result<()> {
        let (database, redis) = (Database::read(environment)?, RedisUrls::read(environment)?);
        let (owner, slug) = (database.owner_url()?, &self.slug);
        redis.find_primaries().await;
        let links = [redis.session_link()?, redis.cache_link()?];
        let tenant = company::named(&database.connect().await?, "--slug", slug).await?;
        ensure!(
            tenant.status != TenantStatus::Active,
            "`{slug}` is active\nhint: `watertight tenant suspend --slug {slug}` closes it to its users; export it before you erase it"
        );
        if !self.yes {
            let counted = with_database_hint(store::count_tenant_rows(&owner, tenant.id).await)?;
            for TableRows { table, rows } in counted.iter().filter(|counted| counted.rows > 0) {
                eprintln!("{table}: {rows} rows");
            }
            bail!("nothing was erased\nhint: add `--yes` to erase `{slug}`; this cannot be undone");
        }
        for link in &links {
            let is_cluster = link.is_cluster().await.context(
                "nothing was erased, because Redis does not answer\nhint: start Redis, or check `REDIS_SESSION_URL` and `REDIS_CACHE_URL`, and run the command again",
            )?;
            ensure!(
                !is_cluster,
                "nothing was erased: this version cannot find the keys of a company in a Redis Cluster"
            );
        }
        let rows = with_database_hint(store::erase_tenant(&owner, tenant.id).await)?;
        let [sessions, cache] =
            [remove(&links[0], tenant.id).await, remove(&links[1], tenant.id).await];
        let rows: BTreeMap<&str, u64> = rows.iter().map(|one| (one.table, one.rows)).collect();
        tracing::info!(tenant = %tenant.id, rows = rows.values().sum::<u64>(), "tenant.erased");
        let receipt = json!({
            "company": tenant.id,
            "slug": slug,
            "erased_at": Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
            "rows": rows,
            "redis_keys": { "sessions": sessions.as_ref().ok(), "cache": cache.as_ref().ok() },
        });
        println!("{receipt:#}");
        for removed in [sessions, cache] {
            removed.with_context(|| {
                format!(
                    "the rows are erased, but Redis still has keys of the company\nhint: no user can reach them, and they expire within a day; `redis-cli --scan --pattern '*{{{}}}*' | xargs redis-cli unlink` removes them",
                    tenant.id
                )
            })?;
        }
        Ok(())
    }
}

/// Removes the company's keys. Repeats it if Redis does not answer: the rows are gone, so the command itself cannot be repeated.
async fn remove(link: &RedisLink, tenant: TenantId) -> anyhow::Result<u64> {
    let mut attempt = 1;
    loop {
        match link.remove_keys_of(tenant).await {
            Err(_) if attempt < ATTEMPTS => attempt += 1,
            removed => return Ok(removed?),
        }
        sleep(PAUSE).await;
    }
}
