//! `watertight seed`: fills the demonstration, behind fences if a server is running.

use std::time::Duration;

use cache::Writer;
use tokio::runtime::Handle;

use crate::{
    config::{Database, Environment, RedisUrls},
    revocations,
    seed::{self, SeedOptions},
};

/// Longer than a job's transaction can take: ten minutes and a moment on either side.
const LEASE: Duration = Duration::from_mins(11);

/// Seeds, then prints what was done.
pub(crate) async fn fill(
    environment: &Environment<'_>,
    options: SeedOptions,
) -> anyhow::Result<()> {
    let redis = RedisUrls::read(environment)?;
    let store = Database::read(environment)?.connect().await?;
    let cache = Writer::new(redis.session_link()?, LEASE, Handle::current());
    let sessions = revocations::sessions_behind(redis.session_link()?);
    let summary = seed::run(&store, &cache, &sessions, options).await?;
    println!("{summary}");
    Ok(())
}
