//! `dev lint`: the checks that every change must pass before its tests.

use anyhow::Result;
use tokio::process::Command;

use super::{Site, guarded};
use crate::{
    pages,
    print::print,
    process::{self, ask},
    reaper::Reaper,
};

/// Turns warnings into errors. They stay warnings in a normal build.
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

/// Checks the format, the server's crates, the pages, and the licenses of the dependencies.
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

/// The pages compile for the browser only, possibly with another compiler, which may have no clippy.
async fn check_pages(reaper: &Reaper, site: &Site) -> Result<()> {
    let cargo = || {
        let mut cargo = pages::in_browser_environment(&site.workspace, "cargo");
        cargo.current_dir(site.workspace.root());
        cargo
    };
    if ask("cargo clippy", cargo().args(["clippy", "--version"])).await.is_err() {
        print("skipped the pages: their compiler has no clippy");
        return Ok(());
    }
    let pages = ["clippy", "--package", "ui", "--target", "wasm32-unknown-unknown"];
    process::run(reaper, "cargo clippy for the pages", cargo().args(pages).args(STRICT)).await
}

/// Does not check advisories: a new advisory can fail without any change in this repository. The public build checks them.
async fn check_dependencies(reaper: &Reaper, site: &Site) -> Result<()> {
    if ask("cargo deny", Command::new("cargo").args(["deny", "--version"])).await.is_err() {
        print("skipped licenses and bans: cargo-deny is not installed (run `./setup.sh test`)");
        return Ok(());
    }
    check(reaper, site, &["deny", "check", "bans", "licenses", "sources"]).await
}
