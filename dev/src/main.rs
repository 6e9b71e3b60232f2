//! The command line of the local stack; `just` has a recipe for each command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use dev::{
    command::{self, Site, seed::Seed, ui::Ui, up::Up},
    reaper, say,
};

/// The local stack of Watertight
#[derive(Debug, Parser)]
#[command(name = "dev")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything: PostgreSQL, Redis, people, pages, server; until Ctrl-C
    Up(Up),
    /// The demonstration's people, into the running stack
    Seed(Seed),
    /// The pages with hot reload, until Ctrl-C
    Ui(Ui),
    /// The built pages alone
    BuildUi,
    /// Format, clippy for the server and for the pages, licenses
    Lint,
    /// What this program starts itself as, to stop what it started
    #[command(hide = true)]
    Reap,
}

fn main() -> ExitCode {
    let line = Line::parse();
    if matches!(line.command, Command::Reap) {
        reaper::reap();
        return ExitCode::SUCCESS;
    }
    match run(line.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(command: Command) -> anyhow::Result<()> {
    let site = Site::here().await?;
    match command {
        Command::Up(up) => command::up::run(site, up).await,
        Command::Seed(seed) => command::seed::run(site, seed).await,
        Command::Ui(ui) => command::ui::run(site, ui).await,
        Command::BuildUi => command::build_ui::run(site).await,
        Command::Lint => command::lint::run(site).await,
        Command::Reap => Ok(()),
    }
}
