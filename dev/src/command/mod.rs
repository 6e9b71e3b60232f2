//! The commands of the command line.

pub mod build_ui;
pub mod lint;
pub mod nodes;
pub mod seed;
pub mod ui;
pub mod up;

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    folder::Folder,
    pages,
    print::{print, timed},
    process::Running,
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

/// Starts a new stack, adds the demo data, and builds the server and the pages. Does not start the server. `employees` is the number of people at each new
/// company.
async fn start_prepared_stack(
    reaper: &Reaper,
    checkout: &Checkout,
    options: StackOptions,
    employees: Option<u32>,
) -> Result<Stack> {
    let Checkout { workspace, folder } = checkout;
    let (stack, ()) =
        tokio::try_join!(Stack::start(reaper, folder, options), server::build(reaper, workspace))?;
    server::prepare(reaper, workspace, &stack).await?;
    let number = employees.map(|employees| employees.to_string());
    let asked = number.iter().flat_map(|number| ["--employees", number]);
    let arguments: Vec<&str> = ["seed"].into_iter().chain(asked).collect();
    let seeded = server::step(reaper, workspace, &stack, &arguments);
    let seeded = timed("adding the demo data", seeded).await?;
    if options.reset || employees.is_some() {
        print(seeded);
    }
    pages::build(reaper, workspace).await?;
    Ok(stack)
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
