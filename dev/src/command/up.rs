//! `dev up`: runs the whole stack until Ctrl-C.

use std::time::Instant;

use anyhow::Result;
use clap::Args;

use super::{Checkout, guarded, start_prepared_stack, watch};
use crate::{
    companies,
    print::print,
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
    let options = StackOptions { reset: up.reset, no_docker: up.no_docker };
    let mut stack = start_prepared_stack(reaper, checkout, options, up.employees).await?;
    let serving =
        Serving { port: up.port, public_port: up.port, pages: true, environment: Vec::new() };
    let server = server::serve(reaper, &checkout.workspace, &stack, &serving).await?;
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
