//! `watertight incident cache`: the cache off on every node, then flushed, then on again.

use cache::{Family, Position, Switchboard};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};

use crate::config::{Environment, RedisUrls};

/// What can be done with the cache in an incident, in the order in which it should be.
#[derive(Subcommand)]
pub(crate) enum CacheStep {
    /// Switch it off on every node, within a second: every request goes to `PostgreSQL`.
    Off {
        /// Why, for whoever asks for the status later.
        #[arg(long)]
        reason: String,
    },
    /// Remove what it holds; refused while it is on, because what is broken would fill it again.
    Flush(Flush),
    /// Switch it on again on every node.
    On {
        /// Why, for whoever asks for the status later.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Say whether it is on, since when and why.
    Status,
}

/// What is flushed.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Flush {
    /// One family of keys: `employee_list`, `employee_detail` or `department_list`.
    #[arg(long)]
    family: Option<Family>,
    /// Every family.
    #[arg(long)]
    all: bool,
}

/// Does one step.
pub(crate) async fn step(environment: &Environment<'_>, step: CacheStep) -> anyhow::Result<()> {
    let redis = RedisUrls::read(environment)?;
    let switchboard = Switchboard::new(redis.session_link()?);
    match step {
        CacheStep::Off { reason } => switchboard.turn(Position::Off, &reason).await?,
        CacheStep::On { reason } => switchboard.turn(Position::On, &reason).await?,
        CacheStep::Status => {}
        CacheStep::Flush(Flush { family, .. }) => {
            let families = family.map_or(Family::ALL.to_vec(), |family| vec![family]);
            let removed = switchboard.flush(&redis.cache_link()?, &families).await?;
            println!("flushed {removed} bodies");
        }
    }
    println!("{}", status(&switchboard).await?);
    Ok(())
}

async fn status(switchboard: &Switchboard) -> anyhow::Result<String> {
    let Some(state) = switchboard.state().await? else {
        return Ok("the cache is on; nobody ever switched it off".to_owned());
    };
    let since = DateTime::<Utc>::from(state.since()).to_rfc3339_opts(SecondsFormat::Secs, true);
    let position = match state.position {
        Position::On => "on",
        Position::Off => "off",
    };
    let reason =
        if state.reason.is_empty() { String::new() } else { format!(": {}", state.reason) };
    Ok(format!("the cache is {position} since {since}{reason}"))
}
