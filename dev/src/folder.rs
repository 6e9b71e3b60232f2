//! The folder `.dev/` and its lock, which shows whether its stack is running.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::Pid;

use crate::{process::is_alive, ready, workspace::Workspace};

/// The timeout for the stack of a killed command to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// The folder for the files of the stack: state, lock, logs and database.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of a checkout. Creates it if it is missing.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        let path = workspace.at(".dev");
        fs::create_dir_all(&path)
            .with_context(|| format!("`{}` cannot be created", path.display()))?;
        Ok(Self(path))
    }

    /// A folder in this one for another stack, with its own lock. Creates it if it is missing.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn inside(&self, name: &str) -> Result<Self> {
        let path = self.at(name);
        fs::create_dir_all(&path)
            .with_context(|| format!("`{}` cannot be created", path.display()))?;
        Ok(Self(path))
    }

    /// The path of a file or a folder in this one.
    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Locks the stack, until both this process and the reaper have closed the file.
    ///
    /// # Errors
    /// If another command runs the stack.
    pub async fn take(&self) -> Result<File> {
        match self.take_if_free()? {
            Some(lock) => Ok(lock),
            None => self.take_after_a_kill().await,
        }
    }

    /// Locks the stack; `None` if another command runs it.
    ///
    /// # Errors
    /// If the file cannot be opened, written or locked.
    pub fn take_if_free(&self) -> Result<Option<File>> {
        let path = self.at("lock");
        let opened = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&path);
        let mut file = opened.with_context(|| format!("`{}` cannot be written", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => {
                return Err(error).context("the file `lock` cannot be locked");
            }
        }
        file.set_len(0)?;
        write!(file, "{}", std::process::id())?;
        Ok(Some(file))
    }

    /// Waits for the lock if the command that held it was killed, because its reaper is still stopping the stack.
    async fn take_after_a_kill(&self) -> Result<File> {
        let owner = self.owner();
        if owner.is_none_or(is_alive) {
            bail!(
                "the stack of this folder is already running\nhint: stop the other `just dev`; `just seed` and `just ui` can share its stack"
            );
        }
        let mut taken = None;
        let free = async || {
            taken = self.take_if_free().ok().flatten();
            taken.is_some()
        };
        ready::until("the stack of a killed `just dev` did not stop", STOP_TIMEOUT, free).await?;
        taken.context("the stack cannot be locked")
    }

    /// The id of the last process that took the lock.
    fn owner(&self) -> Option<Pid> {
        fs::read_to_string(self.at("lock")).ok()?.trim().parse().ok().and_then(Pid::from_raw)
    }
}
