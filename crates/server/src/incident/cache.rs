//! `watertight incident cache`: switches the cache off on every node, flushes it, and switches it on again.

use cache::{Family, KillSwitchControl, SwitchPosition};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};

use crate::config::{Environment, RedisUrls};

/// Subcommands of `watertight incident cache`, in the order in which an operator needs them.
#[derive(Subcommand)]
pub(crate) enum CacheStep {
    /// Switch the cache off on every node within a second. Every request then goes to PostgreSQL.
    Off {
        /// The reason, which `status` prints.
        #[arg(long)]
        reason: String,
    },
    /// Remove cached bodies. Refused while the cache is on, because the broken code would fill it again.
    Flush(Flush),
    /// Switch the cache on again on every node.
    On {
        /// The reason, which `status` prints.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Print whether the cache is on, since when and why.
    Status,
}

/// The bodies to flush.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Flush {
    /// One family of keys: `employee_list`, `employee_detail`, `department_list` or `out_today`.
    #[arg(long)]
    family: Option<Family>,
    /// All families of keys.
    #[arg(long)]
    all: bool,
}

/// Runs one subcommand, then prints the state of the switch.
pub(crate) async fn step(environment: &Environment<'_>, step: CacheStep) -> anyhow::Result<()> {
    let redis = RedisUrls::read(environment)?;
    redis.find_primaries().await;
    let control = KillSwitchControl::new(redis.session_link()?);
    match step {
        CacheStep::Off { reason } => control.turn(SwitchPosition::Off, &reason).await?,
        CacheStep::On { reason } => control.turn(SwitchPosition::On, &reason).await?,
        CacheStep::Status => {}
        CacheStep::Flush(Flush { family, .. }) => {
            let families = family.map_or(Family::ALL.to_vec(), |family| vec![family]);
            let removed = control.flush(&redis.cache_link()?, &families).await?;
            println!("flushed {removed} bodies");
        }
    }
    println!("{}", status(&control).await?);
    Ok(())
}

async fn status(control: &KillSwitchControl) -> anyhow::Result<String> {
    let Some(state) = control.state().await? else {
        return Ok("the cache is on; it was never switched off".to_owned());
    };
    let since = DateTime::<Utc>::from(state.since()).to_rfc3339_opts(SecondsFormat::Secs, true);
    let position = match state.position {
        SwitchPosition::On => "on",
        SwitchPosition::Off => "off",
    };
    let reason =
        if state.reason.is_empty() { String::new() } else { format!(": {}", state.reason) };
    Ok(format!("the cache is {position} since {since}{reason}"))
}
