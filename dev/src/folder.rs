//! The folder `.dev/` and the lock that says whether its stack is running.

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

/// How long the stack of a command that was killed may take to be gone.
const AFTERMATH: Duration = Duration::from_secs(30);

/// Where the stack keeps what it keeps.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of a checkout, made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        let path = workspace.at(".dev");
        fs::create_dir_all(&path)
            .with_context(|| format!("`{}` cannot be made", path.display()))?;
        Ok(Self(path))
    }

    /// A folder in it for another stack, with a lock of its own.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn inside(&self, name: &str) -> Result<Self> {
        let path = self.at(name);
        fs::create_dir_all(&path)
            .with_context(|| format!("`{}` cannot be made", path.display()))?;
        Ok(Self(path))
    }

    /// A file or folder in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Takes the stack for us until the file is closed by us and by the reaper.
    ///
    /// # Errors
    /// If another command runs it.
    pub async fn take(&self) -> Result<File> {
        match self.take_if_free()? {
            Some(lock) => Ok(lock),
            None => self.take_after_a_kill().await,
        }
    }

    /// Takes the stack unless another command runs it.
    ///
    /// # Errors
    /// If the lock cannot be asked for.
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
                return Err(error).context("the lock cannot be asked for");
            }
        }
        file.set_len(0)?;
        write!(file, "{}", std::process::id())?;
        Ok(Some(file))
    }

    /// Whoever was killed is gone, and its reaper is still at work: that takes a moment.
    async fn take_after_a_kill(&self) -> Result<File> {
        let owner = self.owner();
        if owner.is_none_or(is_alive) {
            bail!(
                "the stack of this folder is running already\nhint: stop the other `just dev`, or use it: `just seed` and `just ui` do"
            );
        }
        let mut taken = None;
        let free = async || {
            taken = self.take_if_free().ok().flatten();
            taken.is_some()
        };
        ready::until("the stack of a killed `just dev` did not stop", AFTERMATH, free).await?;
        taken.context("the lock cannot be had")
    }

    /// Who wrote themselves down last.
    fn owner(&self) -> Option<Pid> {
        fs::read_to_string(self.at("lock")).ok()?.trim().parse().ok().and_then(Pid::from_raw)
    }
}
