//! Child processes, which end when this program ends.

use std::{
    fs::{File, OpenOptions},
    path::Path,
    process::{ExitStatus, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, kill_process_group, test_kill_process};
use serde::{Deserialize, Serialize};
use tokio::{
    process::{ChildStdout, Command},
    sync::watch,
};

use crate::reaper::{Reaper, Started};

/// The signal that asks a process to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// SIGTERM, the usual signal.
    Terminate,
    /// SIGINT: PostgreSQL's fast shutdown, which does not wait for its clients.
    Interrupt,
}

/// A process in its own process group, so that Ctrl-C reaches this program but not the process.
#[derive(Debug)]
pub struct Running {
    name: String,
    pid: u32,
    ended: watch::Receiver<Option<ExitStatus>>,
    /// Its standard output, if that is a pipe.
    pub stdout: Option<ChildStdout>,
}

impl Running {
    /// Starts a program and registers it with the reaper. Its input is empty.
    ///
    /// # Errors
    /// If the program cannot be started; a missing one comes with a hint.
    pub fn start(
        reaper: &Reaper,
        name: &str,
        command: &mut Command,
        signal: Signal,
    ) -> Result<Self> {
        let mut child =
            command.process_group(0).stdin(Stdio::null()).spawn().with_context(|| {
                format!("`{name}` cannot be started\nhint: run `./setup.sh dev`")
            })?;
        let pid = child.id().with_context(|| format!("`{name}` has no process id"))?;
        let started = Started::Process { pid, signal };
        reaper.watch(started)?;
        let stdout = child.stdout.take();
        let (end, ended) = watch::channel(None);
        // Collects the exit status. Otherwise the process would stay in the process table and look alive.
        tokio::spawn(async move {
            let status = child.wait().await;
            end.send_replace(status.ok());
        });
        Ok(Self { name: name.to_owned(), pid, ended, stdout })
    }

    /// Waits until the process exits.
    ///
    /// # Errors
    /// If its exit status is not known.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        let status = self.ended.wait_for(Option::is_some).await;
        status
            .ok()
            .and_then(|status| *status)
            .with_context(|| format!("the exit status of `{}` is not known", self.name))
    }

    /// Kills the process with SIGKILL, like a crash, and waits until it has ended.
    ///
    /// # Errors
    /// If its exit status is not known.
    pub async fn kill(&mut self) -> Result<ExitStatus> {
        self.signal(rustix::process::Signal::KILL);
        self.ended().await
    }

    /// Asks the process with SIGTERM to stop, kills it after `limit`, and waits until it has ended.
    ///
    /// # Errors
    /// If its exit status is not known.
    pub async fn terminate(&mut self, limit: Duration) -> Result<ExitStatus> {
        self.signal(rustix::process::Signal::TERM);
        match tokio::time::timeout(limit, self.ended()).await {
            Ok(status) => status,
            Err(_) => self.kill().await,
        }
    }

    /// Sends a signal to the process group, unless the process has ended: its id may then belong to another process.
    fn signal(&self, signal: rustix::process::Signal) {
        let leader = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(leader) = leader.filter(|_| self.status().is_none()) {
            let _already_gone = kill_process_group(leader, signal);
        }
    }

    /// Its exit status, if it has ended.
    pub fn status(&self) -> Option<ExitStatus> {
        *self.ended.borrow()
    }

    /// The name that was given to [`Self::start`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A second handle to the same process, to wait for it elsewhere.
    #[must_use]
    pub fn follow(&self) -> Self {
        Self { name: self.name.clone(), pid: self.pid, ended: self.ended.clone(), stdout: None }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }
}

/// Runs a program to its end. Its output goes to the terminal.
///
/// # Errors
/// If it cannot be started or if it fails.
pub async fn run(reaper: &Reaper, name: &str, command: &mut Command) -> Result<()> {
    let mut running = Running::start(reaper, name, command, Signal::Terminate)?;
    let status = running.ended().await?;
    reaper.forget(Started::Process { pid: running.pid, signal: Signal::Terminate })?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// Runs a short program and returns what it printed on stdout, without surrounding white space.
///
/// # Errors
/// If it cannot be started, or if it fails; then with its stderr.
pub async fn ask(name: &str, command: &mut Command) -> Result<String> {
    let asked = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let Output { status, stdout, stderr } =
        asked.with_context(|| format!("`{name}` cannot be started"))?;
    if !status.success() {
        bail!("`{name}` failed: {}", String::from_utf8_lossy(&stderr).trim());
    }
    Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
}

/// An empty file for the output of a process.
///
/// # Errors
/// If the file cannot be written.
pub fn log_file(path: &Path) -> Result<File> {
    let opened = OpenOptions::new().create(true).write(true).truncate(true).open(path);
    opened.with_context(|| format!("`{}` cannot be written", path.display()))
}

/// Asks a process group to stop, and kills it after `timeout`. Blocks the thread; the reaper has nothing else to do.
pub(crate) fn stop(pid: u32, signal: Signal, timeout: Duration) {
    let Some(leader) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
    let signal = match signal {
        Signal::Terminate => rustix::process::Signal::TERM,
        Signal::Interrupt => rustix::process::Signal::INT,
    };
    let _already_gone = kill_process_group(leader, signal);
    let deadline = Instant::now() + timeout;
    while is_alive(leader) && Instant::now() < deadline {
        sleep(Duration::from_millis(20));
    }
    // Also kills the processes that the leader left behind.
    let _already_gone = kill_process_group(leader, rustix::process::Signal::KILL);
}

/// Whether a process is running. A zombie is not: it has ended, but its exit status has not been collected.
pub(crate) fn is_alive(pid: Pid) -> bool {
    let stat =
        std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    let ended = stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with('Z'));
    !ended && test_kill_process(pid).is_ok()
}

#[cfg(test)]
mod tests {
    use std::{
        io::Read,
        os::unix::process::{CommandExt, ExitStatusExt},
    };

    use super::*;

    /// Starts a script, and waits for its first byte of output.
    fn start(script: &str) -> (std::process::Child, Pid) {
        let mut command = std::process::Command::new("sh");
        let mut child =
            command.args(["-c", script]).process_group(0).stdout(Stdio::piped()).spawn().unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        (child, pid)
    }

    #[test]
    fn a_process_that_handles_sigterm_is_terminated_by_it() {
        let (mut child, pid) = start("echo; exec sleep 60");
        stop(child.id(), Signal::Terminate, Duration::from_secs(30));
        assert!(!is_alive(pid));
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn a_process_that_ignores_sigterm_is_killed_with_its_children() {
        let (mut child, pid) = start("trap '' TERM; sleep 60 & echo; wait; wait");
        stop(child.id(), Signal::Terminate, Duration::from_millis(300));
        assert_eq!(child.wait().unwrap().signal(), Some(9));
        assert!(!is_alive(pid));
    }
}
