//! Stops what was started, whatever happens to us.
//!
//! The reaper is this program once more, in a process group of its own, reading a pipe whose other end only we hold. We write
//! down what we start; when the pipe ends, because we are done or because we were killed, it stops all of it, last first.
//! Its output is the locked file of the [`crate::folder`], so the folder stays taken until the last process is gone.

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

/// How long something may take to stop before it is killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Something that has to be stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Started {
    /// A process that leads its own process group.
    Process {
        /// Its id.
        pid: u32,
        /// What asks it to stop.
        signal: Signal,
    },
    /// A container of the Docker engine.
    Container {
        /// Its name.
        name: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
enum Note {
    Started(Started),
    Stopped(Started),
}

/// Our end of the pipe.
#[derive(Debug)]
pub struct Reaper {
    child: Child,
    pipe: Mutex<ChildStdin>,
}

impl Reaper {
    /// Starts the reaper, which keeps the lock of the file as long as it lives; without one it shares the stack of another.
    ///
    /// # Errors
    /// If this program cannot be started once more.
    pub fn start(lock: Option<File>) -> Result<Self> {
        Self::of(&env::current_exe().context("the path of this program is unknown")?, lock)
    }

    /// As [`Self::start`], with the path of this program: for who is another one.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn of(program: &Path, lock: Option<File>) -> Result<Self> {
        let mut child = Command::new(program)
            .arg("reap")
            .stdin(Stdio::piped())
            .stdout(lock.map_or_else(Stdio::null, Stdio::from))
            // Ctrl-C reaches every process of the group in the foreground; the reaper has to outlive it.
            .process_group(0)
            .spawn()
            .context("the reaper cannot be started")?;
        let pipe = child.stdin.take().context("the reaper has no pipe")?;
        Ok(Self { child, pipe: Mutex::new(pipe) })
    }

    /// Hands something over to be stopped.
    ///
    /// # Errors
    /// If the reaper is gone: then nothing more may be started.
    pub fn watch(&self, started: Started) -> Result<()> {
        self.write(&Note::Started(started))
    }

    /// Says that something has ended by itself, before its id is somebody else's.
    ///
    /// # Errors
    /// If the reaper is gone.
    pub fn forget(&self, started: Started) -> Result<()> {
        self.write(&Note::Stopped(started))
    }

    /// Has everything stopped, and waits until it is.
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

/// The reaper's whole life: reads what was started until the pipe ends, then stops it.
pub fn reap() {
    let mut started = Vec::new();
    for line in BufReader::new(stdin()).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(Note::Started(new)) => started.push(new),
            Ok(Note::Stopped(old)) => started.retain(|known| *known != old),
            // Half a line is all that is left of a process that was killed while it wrote.
            Err(_) => {}
        }
    }
    for last in started.into_iter().rev() {
        match last {
            Started::Process { pid, signal } => stop(pid, signal, PATIENCE),
            Started::Container { name } => remove_container(&name),
        }
    }
}

/// Stopping first lets PostgreSQL end in order; its data are in a named volume and stay.
fn remove_container(name: &str) {
    for arguments in [["stop", name].as_slice(), ["rm", "--force", "--volumes", name].as_slice()] {
        let mut docker = Command::new("docker");
        docker.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // A container that is gone already is as good as removed.
        let _already_gone = docker.status();
    }
}
