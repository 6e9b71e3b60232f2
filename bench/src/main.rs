//! `just bench`: measures the product beside its peers and prints how it came out.

use std::{process::ExitCode, time::Duration};

use anyhow::{Result, bail};
use bench::{
    machine,
    rounds::{self, Plan},
    stage::{self, Programs, Stores},
    table,
};
use clap::{Parser, Subcommand};
use dev::{
    command::{Site, guarded},
    reaper::{self, Reaper},
    say::{complain, say},
};

/// Measures the product beside what one would otherwise pick.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    /// How often everybody takes a turn
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many seconds a turn is measured
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How many connections ask at once
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Let the Docker engine run PostgreSQL and Redis, behind its proxy
    #[arg(long)]
    docker: bool,
    /// Only contestants whose name holds this, or one of these if it is said several times
    #[arg(long)]
    only: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What this program starts itself as, to stop what it started
    #[command(hide = true)]
    Reap,
}

fn main() -> ExitCode {
    let line = Line::parse();
    if line.command.is_some() {
        reaper::reap();
        return ExitCode::SUCCESS;
    }
    match run(&line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(line: &Line) -> Result<()> {
    let folder = Site::here().await?.folder.inside("bench")?;
    let Some(lock) = folder.take_if_free()? else {
        bail!("another `just bench` runs in this folder");
    };
    let plan = Plan {
        rounds: line.rounds.max(1),
        time: Duration::try_from_secs_f64(line.seconds)?,
        warm_up: Duration::from_millis(500),
        connections: line.connections.max(1),
    };
    guarded(Reaper::start(Some(lock))?, async |reaper| {
        let programs = Programs::locate().await?;
        let stores = Stores::start(reaper, folder, line.docker).await?;
        let mut contestants = stage::set(reaper, &programs, &stores).await?;
        contestants.retain(|contestant| {
            let name = contestant.who.to_string();
            line.only.is_empty() || line.only.iter().any(|part| name.contains(part))
        });
        let medians = rounds::run(plan, &contestants).await?;
        say(format_args!("\n{}", table::render(&medians)));
        say(format_args!(
            "`just bench --rounds {} --seconds {} --connections {}` on {}; load average at the end {}",
            plan.rounds,
            line.seconds,
            plan.connections,
            machine::describe().await,
            machine::load_average()
        ));
        Ok(())
    })
    .await
}
