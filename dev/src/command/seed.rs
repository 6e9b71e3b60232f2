//! `dev seed`: adds the demo data to the running stack, or to a stack that runs only for this command.

use anyhow::Result;
use clap::Args;

use super::{Checkout, guarded, shared_or_new_stack};
use crate::{
    print::{print, timed},
    reaper::Reaper,
    server,
};

/// The options of `just seed`.
#[derive(Args, Clone, Debug)]
pub struct Seed {
    /// Number of people at each company; implies `--reset`, because existing companies would not be changed
    #[arg(long, value_name = "N")]
    employees: Option<u32>,
    /// Delete the data of existing companies and seed them again
    #[arg(long)]
    reset: bool,
    /// Do not use Docker, even if it is running
    #[arg(long)]
    no_docker: bool,
}

/// Adds the demo data, and prints what the server's command reports.
///
/// # Errors
/// If no stack is running and none can be started, or if the seed fails.
pub async fn run(checkout: Checkout, seed: Seed) -> Result<()> {
    let lock = checkout.folder.take_if_free()?;
    let shared = lock.is_none();
    guarded(Reaper::start(lock)?, async |reaper| {
        let stack = shared_or_new_stack(reaper, &checkout, shared, seed.no_docker).await?;
        let arguments = arguments(&seed);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let seeded = server::step(reaper, &checkout.workspace, &stack, &arguments);
        print(timed("adding the demo data", seeded).await?);
        Ok(())
    })
    .await
}

fn arguments(seed: &Seed) -> Vec<String> {
    let mut arguments = vec!["seed".to_owned()];
    if let Some(employees) = seed.employees {
        arguments.extend(["--employees".to_owned(), employees.to_string()]);
    }
    if seed.reset || seed.employees.is_some() {
        arguments.push("--reset".to_owned());
    }
    arguments
}
