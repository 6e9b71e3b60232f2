//! Builds the program `watertight`, runs single commands of it, and runs it as the server.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::{
    print,
    process::{Running, Signal, run},
    reaper::{Reaper, Started},
    stack::{SUPERUSER_URL, Stack},
    workspace::Workspace,
};

/// The ports of the server, and what it serves.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The port it listens on.
    pub port: u16,
    /// The port that browsers use. It differs from `port` if a proxy is in front of the server.
    pub public_port: u16,
    /// Whether it serves the built pages besides the API.
    pub pages: bool,
    /// Further environment variables with their values.
    pub environment: Vec<(&'static str, String)>,
}

/// Builds the program in debug mode.
///
/// # Errors
/// If it does not compile.
pub async fn build(reaper: &Reaper, workspace: &Workspace) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["build", "--package", "server", "--bin", "watertight"])
        .current_dir(workspace.root());
    print::timed("building the server", run(reaper, "cargo build", &mut command)).await
}

/// Runs one command of the program, such as `migrate`, and returns its stdout.
///
/// # Errors
/// If the command fails; with the error that it printed.
pub async fn step(
    reaper: &Reaper,
    workspace: &Workspace,
    stack: &Stack,
    arguments: &[&str],
) -> Result<String> {
    let mut command = Command::new(workspace.server());
    command.args(arguments).envs(stack.environment()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if arguments.first() != Some(&"bootstrap") {
        command.env_remove(SUPERUSER_URL);
    }
    command.process_group(0).stdin(Stdio::null());
    let child = command
        .spawn()
        .with_context(|| format!("`{}` cannot be started", workspace.server().display()))?;
    let pid = child.id().context("the step has no process id")?;
    let started = Started::Process { pid, signal: Signal::Terminate };
    reaper.watch(started.clone())?;
    let output = child.wait_with_output().await?;
    reaper.forget(started)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let (log, error) = last_error(said.trim());
        print::on_stderr(log);
        bail!("`watertight {}` failed: {error}", arguments.join(" "));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Creates roles, database and tables; changes nothing if they exist.
///
/// # Errors
/// The same as [`step`].
pub async fn prepare(reaper: &Reaper, workspace: &Workspace, stack: &Stack) -> Result<()> {
    let prepared = async {
        for name in ["bootstrap", "migrate"] {
            step(reaper, workspace, stack, &[name]).await?;
        }
        Ok(())
    };
    print::timed("preparing the database", prepared).await
}

/// Starts the server and waits until it reports that it accepts connections.
///
/// # Errors
/// If it exits before that; it has then printed the reason on the terminal.
pub async fn serve(
    reaper: &Reaper,
    workspace: &Workspace,
    stack: &Stack,
    serving: &Serving,
) -> Result<Running> {
    let mut command = Command::new(workspace.server());
    command
        .arg("serve")
        .envs(stack.environment())
        .env_remove(SUPERUSER_URL)
        .env_remove("WATERTIGHT_OWNER_PASSWORD");
    command.env("WATERTIGHT_LISTEN", format!("127.0.0.1:{}", serving.port));
    command.env("WATERTIGHT_PUBLIC_URL", format!("http://localhost:{}", serving.public_port));
    command.env("WATERTIGHT_DEMO", "true");
    command.envs(serving.environment.iter().cloned());
    // Any free port, so that two stacks on one machine do not conflict. Set the variable to choose the port of the metrics.
    if std::env::var_os("WATERTIGHT_METRICS_LISTEN").is_none() {
        command.env("WATERTIGHT_METRICS_LISTEN", "127.0.0.1:0");
    }
    if serving.pages {
        command.env("WATERTIGHT_UI_DIR", workspace.pages());
    }
    let mut running = Running::start(
        reaper,
        "watertight serve",
        command.stdout(Stdio::piped()),
        Signal::Terminate,
    )?;
    let output = running.stdout.take().context("the server has no output")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("metrics on ") {
            print::print(&line);
        }
        if line.starts_with("listening on ") {
            // Keeps reading: otherwise the server would block once the pipe is full.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(running);
        }
    }
    bail!("the server did not start ({})", running.ended().await?)
}

/// Splits the stderr of a failed program into the log and the error at its end.
fn last_error(said: &str) -> (&str, &str) {
    let at = said.rfind("\nerror: ").map_or(0, |at| at + 1);
    let (log, error) = said.split_at(at);
    (log.trim_end(), error.trim_start_matches("error: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_separated_from_the_log_before_it() {
        assert_eq!(last_error("error: a\nhint: b"), ("", "a\nhint: b"));
        assert_eq!(last_error("INFO x\nerror: a"), ("INFO x", "a"));
        assert_eq!(last_error("thread panicked"), ("", "thread panicked"));
    }
}
