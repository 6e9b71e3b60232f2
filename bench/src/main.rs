//! `just bench`: measures the product and its peers, and prints the results.

use std::{process::ExitCode, time::Duration};

use anyhow::{Result, bail};
use bench::{
    machine,
    rounds::{self, Plan},
    setup::{self, Programs, Stores},
    table,
};
use clap::{Parser, Subcommand};
use dev::{
    command::{Checkout, guarded},
    print::{print, print_error},
    reaper::{self, Reaper},
};

/// Measures the product and comparable servers, and prints a table of ratios.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    /// Number of rounds; each round measures every contestant once
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds for which a contestant is measured in each round
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Number of concurrent connections
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Run PostgreSQL and Redis in Docker, behind its proxy
    #[arg(long)]
    docker: bool,
    /// Only contestants whose name contains this text; can be repeated
    #[arg(long)]
    only: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Internal: the helper process that stops what this program started
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
            print_error(&error);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(line: &Line) -> Result<()> {
    let folder = Checkout::here().await?.folder.inside("bench")?;
    let Some(lock) = folder.take_if_free()? else {
        bail!("another `just bench` is running in this folder: wait for it or stop it");
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
        let mut contestants = setup::start_all(reaper, &programs, &stores).await?;
        contestants.retain(|contestant| {
            let name = contestant.id.to_string();
            line.only.is_empty() || line.only.iter().any(|part| name.contains(part))
        });
        let medians = rounds::run(plan, &contestants).await?;
        print(format_args!("\n{}", table::render(&medians)));
        print(format_args!(
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
