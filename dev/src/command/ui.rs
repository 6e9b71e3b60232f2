//! `dev ui`: serves the pages with hot reload, next to a server of their own.
//!
//! The browser talks to one port for everything, so cookies, origins and company hosts are as in production:
//! `http://acme.localhost:8081` signs in, reloads and shows the API's data. The stack is shared with a running `just dev`,
//! or started only for this command. Three things differ from the delivered pages: they are compiled without optimisation,
//! they are one program without lazy parts, and Trunk serves them without the content security policy, so a violation appears
//! only under `just dev`.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use super::{Checkout, guarded, shared_or_new_stack};
use crate::{
    companies, pages,
    print::print,
    process::{Running, Signal},
    proxy::{self, Backends},
    ready::{self, claim_port, free_port},
    reaper::Reaper,
    server::{self, Serving},
    stack::Stack,
};

/// The timeout of the first build, including the time to fix compile errors.
const FIRST_BUILD: Duration = Duration::from_hours(1);

/// The options of `just ui`.
#[derive(Args, Clone, Copy, Debug)]
pub struct Ui {
    /// Port of the pages
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// Do not use Docker, even if it is running
    #[arg(long)]
    no_docker: bool,
}

/// Serves the pages until it is asked to stop.
///
/// # Errors
/// If a part does not start, or exits unexpectedly.
pub async fn run(checkout: Checkout, ui: Ui) -> Result<()> {
    claim_port(ui.port, "ui").await?;
    let lock = checkout.folder.take_if_free()?;
    let shared = lock.is_none();
    guarded(Reaper::start(lock)?, async |reaper| {
        let stack = shared_or_new_stack(reaper, &checkout, shared, ui.no_docker).await?;
        server::step(reaper, &checkout.workspace, &stack, &["seed"]).await?;
        serve(reaper, &checkout, &stack, ui.port).await
    })
    .await
}

async fn serve(reaper: &Reaper, checkout: &Checkout, stack: &Stack, port: u16) -> Result<()> {
    let backends = Backends { pages: free_port(None).await?, api: free_port(None).await? };
    let serving =
        Serving { port: backends.api, public_port: port, pages: false, environment: Vec::new() };
    let mut server = server::serve(reaper, &checkout.workspace, stack, &serving).await?;
    let mut trunk = trunk(reaper, checkout, backends.pages).await?;
    // Trunk listens only after its first build; until then it shows what it compiles.
    let built = async || trunk.status().is_some() || ready::answers(backends.pages).await;
    ready::until("the pages were not built", FIRST_BUILD, built).await?;
    print("\nOpen one of these addresses. The addresses that Trunk prints have no API.\n");
    print(companies::table(&companies::ask(backends.api, port).await?, port));
    tokio::select! {
        failed = proxy::serve(port, backends) => failed,
        ended = server.ended() => bail!("the server exited unexpectedly ({})", ended?),
        ended = trunk.ended() => bail!("Trunk exited unexpectedly ({})", ended?),
    }
}

/// Starts Trunk. It writes to its own folder, because `dist` is for the real pages.
async fn trunk(reaper: &Reaper, checkout: &Checkout, port: u16) -> Result<Running> {
    let mut command = pages::with_trunk(&checkout.workspace, "trunk").await?;
    command.args(["serve", "--address", "127.0.0.1", "--port", &port.to_string()]);
    command.arg("--dist").arg(checkout.folder.at("pages"));
    Running::start(reaper, "trunk serve", &mut command, Signal::Terminate)
}
