//! A program that says on its standard output where it listens.

use std::{net::SocketAddr, process::Stdio};

use anyhow::{Context, Result, bail};
use dev::{
    process::{Running, Signal, log_file},
    reaper::Reaper,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use super::Stores;

/// What stands before the address.
const SAYS: &str = "listening on http://";

/// Starts a program and waits until it listens. What it logs goes into a file of its name.
///
/// # Errors
/// If it ends before that.
pub(super) async fn start(
    reaper: &Reaper,
    stores: &Stores,
    name: &str,
    command: &mut Command,
) -> Result<(Running, SocketAddr)> {
    let log = stores.log(name);
    command.stdout(Stdio::piped()).stderr(Stdio::from(log_file(&log)?));
    let mut running = Running::start(reaper, name, command, Signal::Terminate)?;
    let output = running.stdout.take().context("the program has no output")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, address)) = line.split_once(SAYS) {
            // Whoever wrote to a pipe that nobody reads would stop one day.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            let address = address.trim_end_matches('/').parse();
            return Ok((
                running,
                address.with_context(|| format!("`{name}` listens at no address"))?,
            ));
        }
    }
    bail!("`{name}` did not start ({})\nhint: read `{}`", running.ended().await?, log.display())
}
