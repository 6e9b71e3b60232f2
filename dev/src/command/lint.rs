//! `dev lint`: what every change has to pass before its tests.

use anyhow::Result;
use tokio::process::Command;

use super::{Site, guarded};
use crate::{
    pages,
    process::{self, ask},
    reaper::Reaper,
    say::say,
};

/// Warnings are errors here; they are warnings while one writes.
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

/// Checks format, the server's crates, the pages, and the licenses of what we depend on.
///
/// # Errors
/// If a check fails.
pub async fn run(site: Site) -> Result<()> {
    guarded(Reaper::start(None)?, async |reaper| {
        check(reaper, &site, &["fmt", "--all", "--check"]).await?;
        let server = ["clippy", "--workspace", "--exclude", "ui", "--all-targets"];
        check(reaper, &site, &[server.as_slice(), &STRICT].concat()).await?;
        let features = ["--all-targets", "--features", "server/lab,store/lab"];
        let laboratory = ["clippy", "-p", "server", "-p", "store"];
        check(reaper, &site, &[laboratory.as_slice(), &features, &STRICT].concat()).await?;
        check_pages(reaper, &site).await?;
        check_dependencies(reaper, &site).await
    })
    .await
}

async fn check(reaper: &Reaper, site: &Site, arguments: &[&str]) -> Result<()> {
    let name = format!("cargo {}", arguments.first().copied().unwrap_or_default());
    process::run(
        reaper,
        &name,
        Command::new("cargo").args(arguments).current_dir(site.workspace.root()),
    )
    .await
}

/// The pages compile for the browser only, maybe with a compiler of their own, which may have come without clippy.
async fn check_pages(reaper: &Reaper, site: &Site) -> Result<()> {
    let cargo = || {
        let mut cargo = pages::in_browser_environment(&site.workspace, "cargo");
        cargo.current_dir(site.workspace.root());
        cargo
    };
    if ask("cargo clippy", cargo().args(["clippy", "--version"])).await.is_err() {
        say("the compiler of the pages has no clippy: they were not checked");
        return Ok(());
    }
    let pages = ["clippy", "--package", "ui", "--target", "wasm32-unknown-unknown"];
    process::run(reaper, "cargo clippy for the pages", cargo().args(pages).args(STRICT)).await
}

/// The list of advisories is the public build's: it is the one thing here that a change of ours cannot break.
async fn check_dependencies(reaper: &Reaper, site: &Site) -> Result<()> {
    if ask("cargo deny", Command::new("cargo").args(["deny", "--version"])).await.is_err() {
        say("cargo-deny is not installed: licenses and bans were not checked");
        return Ok(());
    }
    check(reaper, site, &["deny", "check", "bans", "licenses", "sources"]).await
}
