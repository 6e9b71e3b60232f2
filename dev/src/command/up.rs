//! `dev up`: runs the whole stack until Ctrl-C.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use super::{Checkout, guarded};
use crate::{
    companies, pages,
    print::{print, timed},
    process::Running,
    ready::claim_port,
    reaper::Reaper,
    server::{self, Serving},
    stack::{Stack, StackOptions},
};

/// The options of `just dev`.
#[derive(Args, Clone, Copy, Debug)]
pub struct Up {
    /// Start with an empty database
    #[arg(long)]
    reset: bool,
    /// Number of people at each company; existing companies are not changed
    #[arg(long, value_name = "N")]
    employees: Option<u32>,
    /// Port of the server
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Do not use Docker, even if it is running
    #[arg(long)]
    no_docker: bool,
}

/// Starts the whole stack, prints its addresses, and stops it when the user stops the command.
///
/// # Errors
/// If a part does not start, or exits unexpectedly.
pub async fn run(checkout: Checkout, up: Up) -> Result<()> {
    let begun = Instant::now();
    let lock = checkout.folder.take().await?;
    claim_port(up.port, "dev").await?;
    guarded(Reaper::start(Some(lock))?, async |reaper| {
        everything(reaper, &checkout, up, begun).await
    })
    .await
}

async fn everything(reaper: &Reaper, checkout: &Checkout, up: Up, begun: Instant) -> Result<()> {
    let Checkout { workspace, folder } = checkout;
    let options = StackOptions { reset: up.reset, no_docker: up.no_docker };
    let (mut stack, ()) =
        tokio::try_join!(Stack::start(reaper, folder, options), server::build(reaper, workspace))?;
    server::prepare(reaper, workspace, &stack).await?;
    let employees = up.employees.map(|employees| employees.to_string());
    let asked = employees.iter().flat_map(|employees| ["--employees", employees]);
    let arguments: Vec<&str> = ["seed"].into_iter().chain(asked).collect();
    let seeded = server::step(reaper, workspace, &stack, &arguments);
    let seeded = timed("adding the demo data", seeded).await?;
    if up.reset || up.employees.is_some() {
        print(seeded);
    }
    pages::build(reaper, workspace).await?;
    let serving = Serving { port: up.port, public_port: up.port, pages: true };
    let server = server::serve(reaper, workspace, &stack, &serving).await?;
    print_addresses(&stack, up.port, begun).await?;
    stack.running.push(server);
    watch(&mut stack.running).await
}

/// Prints the addresses and the demo accounts.
async fn print_addresses(stack: &Stack, port: u16, begun: Instant) -> Result<()> {
    let companies = companies::ask(port, port).await?;
    print(format_args!(
        "\nWatertight is up after {:.1} s. Ctrl-C stops everything.\n",
        begun.elapsed().as_secs_f32()
    ));
    print(companies::table(&companies, port));
    if let Some(company) = companies.items.first() {
        print(format_args!("  Try the API   {}/docs", company.origin));
    }
    for (name, address) in stack.addresses() {
        print(format_args!("  {name:11}   {address}"));
    }
    print("  Passwords     .dev/stack.json\n");
    Ok(())
}

/// Waits until a part exits, which is always an error.
async fn watch(running: &mut [Running]) -> Result<()> {
    let mut ends = tokio::task::JoinSet::new();
    for part in running {
        let mut part = part.follow();
        ends.spawn(async move { (part.name().to_owned(), part.ended().await) });
    }
    match ends.join_next().await {
        Some(Ok((name, ended))) => bail!("`{name}` exited unexpectedly ({})", ended?),
        _ => Ok(()),
    }
}
