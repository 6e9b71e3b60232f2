//! Stops everything that was started, even if this program is killed.
//!
//! The reaper is a second process of this program, in its own process group. It reads a pipe whose other end only the first
//! process has. The first process writes there what it starts. The pipe ends when the first process is done or was killed;
//! then the reaper stops everything, last first. Its output is the lock file of the [`crate::folder`], so the folder stays
//! locked until the last process is gone.

use std::{
    env,
    fs::File,
    io::{BufRead, BufReader, Write, stdin},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::process::{Signal, stop};

/// How long a process may take to stop before it is killed.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A process or a container that the reaper must stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Started {
    /// A process that leads its own process group.
    Process {
        /// Its process id.
        pid: u32,
        /// The signal that asks it to stop.
        signal: Signal,
    },
    /// A container of the Docker engine.
    Container {
        /// Its name in the Docker engine.
        name: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
enum Note {
    Started(Started),
    Stopped(Started),
}

/// The reaper's process, and the writing end of its pipe.
#[derive(Debug)]
pub struct Reaper {
    child: Child,
    pipe: Mutex<ChildStdin>,
}

impl Reaper {
    /// Starts the reaper, which keeps `lock` until it ends. `None` means that another command has locked the stack.
    ///
    /// # Errors
    /// If the second process cannot be started.
    pub fn start(lock: Option<File>) -> Result<Self> {
        Self::of(&env::current_exe().context("the path of this program is unknown")?, lock)
    }

    /// Like [`Self::start`], with the path of the program `dev`, for callers in another program.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn of(program: &Path, lock: Option<File>) -> Result<Self> {
        let mut child = Command::new(program)
            .arg("reap")
            .stdin(Stdio::piped())
            .stdout(lock.map_or_else(Stdio::null, Stdio::from))
            // Ctrl-C reaches all processes of the foreground group, and the reaper must survive it.
            .process_group(0)
            .spawn()
            .context("the reaper cannot be started")?;
        let pipe = child.stdin.take().context("the reaper has no pipe")?;
        Ok(Self { child, pipe: Mutex::new(pipe) })
    }

    /// Registers a process or a container that the reaper must stop.
    ///
    /// # Errors
    /// If the reaper is gone. Then nothing more may be started.
    pub fn watch(&self, started: Started) -> Result<()> {
        self.write(&Note::Started(started))
    }

    /// Removes a process or a container that has ended, before its id is used again.
    ///
    /// # Errors
    /// If the reaper is gone.
    pub fn forget(&self, started: Started) -> Result<()> {
        self.write(&Note::Stopped(started))
    }

    /// Makes the reaper stop everything, and waits until it has.
    ///
    /// # Errors
    /// If the reaper cannot be waited for.
    pub async fn finish(self) -> Result<()> {
        let Self { mut child, pipe } = self;
        drop(pipe);
        tokio::task::spawn_blocking(move || child.wait())
            .await?
            .context("the reaper cannot be waited for")?;
        Ok(())
    }

    fn write(&self, note: &Note) -> Result<()> {
        let line = serde_json::to_string(note)? + "\n";
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        pipe.write_all(line.as_bytes()).context("the reaper is gone")
    }
}

/// The main function of the reaper: reads what was started until the pipe ends, then stops it.
pub fn reap() {
    let mut started = Vec::new();
    for line in BufReader::new(stdin()).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(Note::Started(new)) => started.push(new),
            Ok(Note::Stopped(old)) => started.retain(|known| *known != old),
            // A process that was killed while it wrote leaves half a line.
            Err(_) => {}
        }
    }
    for last in started.into_iter().rev() {
        match last {
            Started::Process { pid, signal } => stop(pid, signal, TIMEOUT),
            Started::Container { name } => remove_container(&name),
        }
    }
}

/// Stops the container before it removes it, so that PostgreSQL can shut down. Its data stay in a named volume.
fn remove_container(name: &str) {
    for arguments in [["stop", name].as_slice(), ["rm", "--force", "--volumes", name].as_slice()] {
        let mut docker = Command::new("docker");
        docker.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // A container that is already gone is no error.
        let _already_gone = docker.status();
    }
}
