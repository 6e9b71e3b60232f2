//! Where the checkout is, and where cargo builds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::process::Command;

/// The checkout.
#[derive(Clone, Debug, Deserialize)]
pub struct Workspace {
    /// Its top folder.
    #[serde(rename = "workspace_root")]
    root: PathBuf,
    /// Where cargo puts what it builds, `CARGO_TARGET_DIR` and configuration files considered.
    #[serde(rename = "target_directory")]
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo.
    ///
    /// # Errors
    /// If cargo is missing or if the current folder lies in no workspace.
    pub async fn locate() -> Result<Self> {
        let asked = Command::new("cargo")
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .output();
        let answer =
            asked.await.context("`cargo` cannot be started\nhint: run `./setup.sh dev`")?;
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr);
            bail!("{}", said.trim().trim_start_matches("error: "));
        }
        serde_json::from_slice(&answer.stdout)
            .context("cargo's description of the workspace cannot be read")
    }

    /// The top folder of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file or folder of the checkout, by its path from the top.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The server, as `cargo build` leaves it.
    pub fn server(&self) -> PathBuf {
        self.target.join("debug/watertight")
    }

    /// Where the pages are built: beside the rest, because another compiler may build them and each would wait for the other's lock.
    pub fn pages_target(&self) -> PathBuf {
        self.target.join("ui")
    }

    /// The built pages.
    pub fn pages(&self) -> PathBuf {
        self.at("crates/ui/dist")
    }
}
