//! The commands of the command line.

pub mod build_ui;
pub mod lint;
pub mod seed;
pub mod ui;
pub mod up;

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    folder::Folder,
    print::print,
    reaper::Reaper,
    server,
    stack::{Stack, StackOptions},
    terminal,
    workspace::Workspace,
};

/// The checkout and the folder that every command works with.
#[derive(Debug)]
pub struct Checkout {
    /// The checkout of the repository.
    pub workspace: Workspace,
    /// Its folder `.dev/`.
    pub folder: Folder,
}

impl Checkout {
    /// The checkout that contains the current folder.
    ///
    /// # Errors
    /// If the current folder is in no checkout.
    pub async fn here() -> Result<Self> {
        let workspace = Workspace::locate().await?;
        let folder = Folder::of(&workspace)?;
        Ok(Self { workspace, folder })
    }
}

/// Runs `work` until it is done or the user stops the command, then stops everything that was started.
///
/// # Errors
/// The error of `work`, or of the reaper.
pub async fn guarded(reaper: Reaper, work: impl AsyncFnOnce(&Reaper) -> Result<()>) -> Result<()> {
    let done = tokio::select! {
        done = work(&reaper) => done,
        stopped = stop_requested() => stopped.inspect(|()| print("\nstopping")),
    };
    reaper.finish().await?;
    done
}

/// The stack of this folder: the one that another command runs (`shared`), or a new one. Also builds the server and prepares the database.
async fn shared_or_new_stack(
    reaper: &Reaper,
    checkout: &Checkout,
    shared: bool,
    no_docker: bool,
) -> Result<Stack> {
    let Checkout { workspace, folder } = checkout;
    let stack = async {
        if shared {
            return Stack::of_another(folder).await;
        }
        Stack::start(reaper, folder, StackOptions { reset: false, no_docker }).await
    };
    let (stack, ()) = tokio::try_join!(stack, server::build(reaper, workspace))?;
    server::prepare(reaper, workspace, &stack).await?;
    Ok(stack)
}

/// Waits for Ctrl-C, SIGTERM, SIGHUP, or the end of the terminal.
async fn stop_requested() -> Result<()> {
    let listen = |kind| signal(kind).context("cannot listen for signals");
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
        () = terminal::closed() => {}
    }
    Ok(())
}
