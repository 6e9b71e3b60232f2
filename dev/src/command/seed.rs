//! `dev seed`: the demonstration's people, into the stack that runs, or into one that runs for that long.

use anyhow::Result;
use clap::Args;

use super::{Site, any_stack, guarded};
use crate::{reaper::Reaper, say::say, server};

/// What can be said to `just seed`.
#[derive(Args, Clone, Debug)]
pub struct Seed {
    /// How many people work at each company; says `--reset` too, because three companies that are there would be left alone
    #[arg(long, value_name = "N")]
    employees: Option<u32>,
    /// Empty companies that are there and seed them again
    #[arg(long)]
    reset: bool,
    /// Leave Docker alone although it runs
    #[arg(long)]
    no_docker: bool,
}

/// Seeds.
///
/// # Errors
/// If there is no stack to be had, or if the seed fails.
pub async fn run(site: Site, seed: Seed) -> Result<()> {
    let lock = site.folder.take_if_free()?;
    let shared = lock.is_none();
    guarded(Reaper::start(lock)?, async |reaper| {
        let stack = any_stack(reaper, &site, shared, seed.no_docker).await?;
        let arguments = arguments(&seed);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        say(server::step(reaper, &site.workspace, &stack, &arguments).await?);
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
