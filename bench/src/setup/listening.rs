//! Starts a program that prints its address on standard output.

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

/// The text before the address.
const SAYS: &str = "listening on http://";

/// Starts a program and waits until it listens. Its log goes to a file with its name.
///
/// # Errors
/// If the program ends before it listens.
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
            // Keep reading: a program blocks when it writes to a full pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            let address = address.trim_end_matches('/').parse();
            return Ok((
                running,
                address.with_context(|| format!("`{name}` printed an invalid address"))?,
            ));
        }
    }
    bail!("`{name}` did not start ({})\nhint: read `{}`", running.ended().await?, log.display())
}
