//! Builds the pages if a source is newer than the built pages.

use std::{
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::{
    print::timed,
    process::{ask, run},
    reaper::Reaper,
    workspace::Workspace,
};

/// The sources of the pages outside their own folder.
const SOURCES: [&str; 4] = ["crates/api-types", "crates/domain", "Cargo.lock", "Cargo.toml"];

/// Builds the pages if they are missing or older than a source.
///
/// # Errors
/// If Trunk is missing or the build fails.
pub async fn build(reaper: &Reaper, workspace: &Workspace) -> Result<()> {
    let stamp = workspace.at("crates/ui/.built");
    let newest = sources(workspace)?.iter().filter_map(|source| newest(source)).max();
    let built = modified(&stamp);
    if built.is_some() && built >= newest && workspace.pages().join("index.html").is_file() {
        return Ok(());
    }
    let begun = SystemTime::now();
    let mut script = with_trunk(workspace, workspace.at("crates/ui/build.sh")).await?;
    timed("building the pages", run(reaper, "crates/ui/build.sh", &mut script)).await?;
    // The time is that of the start, so that a source which changes during the build counts as newer.
    let stamped =
        File::options().append(true).open(&stamp).and_then(|stamp| stamp.set_modified(begun));
    stamped.with_context(|| format!("`{}` was not written by the build", stamp.display()))
}

/// A command that needs Trunk, in the folder of the pages.
///
/// # Errors
/// If Trunk is missing.
pub async fn with_trunk(workspace: &Workspace, program: impl AsRef<OsStr>) -> Result<Command> {
    if ask("trunk", Command::new("trunk").arg("--version")).await.is_err() {
        bail!("`trunk`, which builds the pages, is not installed\nhint: run `./setup.sh dev`");
    }
    // Trunk 0.21 reads `NO_COLOR` as a flag of its own and rejects the value `1`.
    let mut command = in_browser_environment(workspace, program);
    command.current_dir(workspace.at("crates/ui")).env_remove("NO_COLOR");
    Ok(command)
}

/// A command that compiles for the browser, in the environment that `setup.sh` wrote to `.dev/ui.env`.
pub fn in_browser_environment(workspace: &Workspace, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    // The toolchain that started this program may not be able to compile for the browser.
    command.env_remove("RUSTUP_TOOLCHAIN").env("CARGO_TARGET_DIR", workspace.pages_target());
    let environment = fs::read_to_string(workspace.at(".dev/ui.env")).unwrap_or_default();
    command.envs(environment.lines().filter_map(|line| line.split_once('=')));
    command
}

/// The files and folders from which the pages are built. Of their own folder: everything that is neither built nor hidden.
fn sources(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let own =
        fs::read_dir(workspace.at("crates/ui")).context("the folder `crates/ui` cannot be read")?;
    let own = own.filter_map(Result::ok).filter(|entry| {
        let name = entry.file_name();
        name != "dist" && !name.as_encoded_bytes().starts_with(b".")
    });
    Ok(own.map(|entry| entry.path()).chain(SOURCES.map(|source| workspace.at(source))).collect())
}

/// The latest change of a file, or of any file in a folder.
fn newest(path: &Path) -> Option<SystemTime> {
    let inside = fs::read_dir(path)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| newest(&entry.path()))
        .max();
    if path.is_dir() { inside } else { modified(path) }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|of| of.modified()).ok()
}
