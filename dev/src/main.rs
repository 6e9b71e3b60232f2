//! The command line of the local stack; `just` has a recipe for each command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use dev::{
    command::{self, Checkout, nodes::NodesOptions, seed::Seed, ui::Ui, up::Up},
    print, reaper,
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
    /// Run the whole stack until Ctrl-C: PostgreSQL, Redis, demo data, pages, server
    Up(Up),
    /// Add the demo data to the running stack
    Seed(Seed),
    /// Serve the pages with hot reload until Ctrl-C
    Ui(Ui),
    /// Run two nodes behind a load balancer until Ctrl-C
    Nodes(NodesOptions),
    /// Build the pages
    BuildUi,
    /// Check the format, clippy for the server and the pages, and licenses
    Lint,
    /// Stop what another process of this program started; for internal use
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
            print::print_error(&error);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(command: Command) -> anyhow::Result<()> {
    let checkout = Checkout::here().await?;
    match command {
        Command::Up(up) => command::up::run(checkout, up).await,
        Command::Seed(seed) => command::seed::run(checkout, seed).await,
        Command::Ui(ui) => command::ui::run(checkout, ui).await,
        Command::Nodes(nodes) => command::nodes::run(checkout, nodes).await,
        Command::BuildUi => command::build_ui::run(checkout).await,
        Command::Lint => command::lint::run(checkout).await,
        Command::Reap => Ok(()),
    }
}
