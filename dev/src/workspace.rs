//! The paths of the checkout and of what cargo builds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::process::Command;

/// The checkout, as `cargo metadata` describes it.
#[derive(Clone, Debug, Deserialize)]
pub struct Workspace {
    /// Its top folder.
    #[serde(rename = "workspace_root")]
    root: PathBuf,
    /// Cargo's target folder, which depends on `CARGO_TARGET_DIR` and configuration files.
    #[serde(rename = "target_directory")]
    target: PathBuf,
}

impl Workspace {
    /// Finds the checkout that contains the current folder, with `cargo metadata`.
    ///
    /// # Errors
    /// If cargo is missing, or if the current folder is in no workspace.
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
            .context("the output of `cargo metadata` cannot be read")
    }

    /// The top folder of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file or folder of the checkout; `path` is relative to the top folder.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The program `watertight` that `cargo build` produces.
    pub fn server(&self) -> PathBuf {
        self.target.join("debug/watertight")
    }

    /// The target folder of the pages. It is separate, because another compiler may build them and the two builds would wait for each other's lock.
    pub fn pages_target(&self) -> PathBuf {
        self.target.join("ui")
    }

    /// The folder with the built pages.
    pub fn pages(&self) -> PathBuf {
        self.at("crates/ui/dist")
    }
}
