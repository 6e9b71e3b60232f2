//! `watertight seed`: adds the companies of the demonstration, behind fences, because a server may be running.

use std::time::Duration;

use cache::Writer;
use tokio::runtime::Handle;

use crate::{
    config::{Database, Environment, RedisUrls},
    revocations,
    seed::{self, SeedOptions},
};

/// The lease of the fences. It is longer than a job's transaction can take: ten minutes, and some time to begin and to commit.
const LEASE: Duration = Duration::from_mins(11);

/// Runs the seed and prints its summary.
pub(crate) async fn fill(
    environment: &Environment<'_>,
    options: SeedOptions,
) -> anyhow::Result<()> {
    let redis = RedisUrls::read(environment)?;
    redis.find_primaries().await;
    let store = Database::read(environment)?.connect().await?;
    let cache = Writer::new(redis.session_link()?, LEASE, Handle::current());
    let sessions = revocations::sessions_behind(redis.session_link()?);
    let summary = seed::run(&store, &cache, &sessions, options).await?;
    println!("{summary}");
    Ok(())
}
