//! Builds the pages if a source is newer than the built pages.

mod application;
mod document;
mod files;
mod program;

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
use application::{APPLICATIONS, Application};
use document::{Links, document};
use files::{Files, cannot, empty_folder, hash_program, hashed_name, read, read_folder};
use program::LOADER;

/// An empty file. Its time of change is the start of the last build that succeeded.
const STAMP: &str = "crates/ui/.built";

/// The sources of the pages outside their own folder.
const SOURCES: [&str; 5] =
    ["crates/api-types", "crates/domain", "dev/src/pages", "Cargo.lock", "Cargo.toml"];

/// Builds the pages if they are missing or older than a source.
///
/// # Errors
/// If a tool is missing or the build fails.
pub async fn build(reaper: &Reaper, workspace: &Workspace) -> Result<()> {
    let pages = workspace.pages();
    let newest = sources(workspace)?.iter().filter_map(|source| newest(source)).max();
    let built = modified(&workspace.at(STAMP));
    if built.is_some() && built >= newest && pages.join("index.html").is_file() {
        return Ok(());
    }
    timed("building the pages", build_all(reaper, workspace, &pages)).await
}

/// Builds both applications and replaces the folder of the built pages.
async fn build_all(reaper: &Reaper, workspace: &Workspace, pages: &Path) -> Result<()> {
    let begun = SystemTime::now();
    let mut bundle = Command::new("sh");
    bundle.arg("bundle-css.sh").current_dir(workspace.at("crates/ui"));
    run(reaper, "crates/ui/bundle-css.sh", &mut bundle).await?;
    let mut built = Vec::new();
    for application in &APPLICATIONS {
        built.push((application, files_of(reaper, workspace, application).await?));
    }
    // Only now, so that a build that fails leaves the pages as they were.
    empty_folder(pages)?;
    for (application, files) in built {
        let folder = application.folder_in(pages);
        fs::create_dir_all(&folder).with_context(|| cannot("create", &folder))?;
        for (name, content) in files {
            files::write(&folder.join(name), &content)?;
        }
    }
    // The time is that of the start, so that a source which changes during the build counts as newer.
    let stamp = workspace.at(STAMP);
    let stamped = File::create(&stamp).and_then(|stamp| stamp.set_modified(begun));
    stamped.with_context(|| cannot("write", &stamp))
}

/// Builds the files of an application, with their final names.
async fn files_of(
    reaper: &Reaper,
    workspace: &Workspace,
    application: &Application,
) -> Result<Files> {
    let name = application.name;
    let (script, program, icon) = (format!("{name}.js"), format!("{name}.wasm"), "favicon.svg");
    let folder = workspace.pages_target().join("parts").join(name);
    empty_folder(&folder)?;
    program::make(reaper, workspace, application, &folder).await?;
    let (mut files, names) = hash_program(&read_folder(&folder)?, &[&script, &program])?;
    let ui = workspace.at("crates/ui");
    let mut add = |from: PathBuf, name: &str| -> Result<String> {
        let content = read(&from)?;
        let name = hashed_name(name, &content);
        let url = application.url_of(&name);
        files.insert(name, content);
        Ok(url)
    };
    let style = format!("{name}.css");
    let links = Links {
        style: add(ui.join(".bundle").join(&style), &style)?,
        icon: add(ui.join(icon), icon)?,
        script: application.url_of(&names[&script]),
        loader: names.get(LOADER).map(|loader| application.url_of(loader)),
        program: application.url_of(&names[&program]),
    };
    let template = String::from_utf8(read(&ui.join("index.html"))?)?;
    files.insert("index.html".to_owned(), document(&template, &links)?.into_bytes());
    Ok(files)
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
