//! `dev lint`: the checks that every change must pass before its tests.

use anyhow::Result;
use tokio::process::Command;

use super::{Checkout, guarded};
use crate::{
    pages,
    print::print,
    process::{self, ask},
    reaper::Reaper,
};

/// Turns warnings into errors. They stay warnings in a normal build.
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

/// Checks the format, the server's crates, the pages, the licenses of the dependencies, and the files that deploy the product.
///
/// # Errors
/// If a check fails.
pub async fn run(checkout: Checkout) -> Result<()> {
    guarded(Reaper::start(None)?, async |reaper| {
        check(reaper, &checkout, &["fmt", "--all", "--check"]).await?;
        let server = ["clippy", "--workspace", "--exclude", "ui", "--all-targets"];
        check(reaper, &checkout, &[server.as_slice(), &STRICT].concat()).await?;
        let features = ["--all-targets", "--features", "server/lab,store/lab"];
        let lab_build = ["clippy", "-p", "server", "-p", "store"];
        check(reaper, &checkout, &[lab_build.as_slice(), &features, &STRICT].concat()).await?;
        let stores = [
            "clippy",
            "-p",
            "server",
            "-p",
            "bench",
            "--all-targets",
            "--features",
            "server/memcached,server/dynamodb,bench/stores",
        ];
        check(reaper, &checkout, &[stores.as_slice(), &STRICT].concat()).await?;
        check_pages(reaper, &checkout).await?;
        check_dependencies(reaper, &checkout).await?;
        check_manifests(reaper, &checkout).await
    })
    .await
}

async fn check(reaper: &Reaper, checkout: &Checkout, arguments: &[&str]) -> Result<()> {
    let name = format!("cargo {}", arguments.first().copied().unwrap_or_default());
    process::run(
        reaper,
        &name,
        Command::new("cargo").args(arguments).current_dir(checkout.workspace.root()),
    )
    .await
}

/// The pages compile for the browser only, possibly with another compiler, which may have no clippy.
async fn check_pages(reaper: &Reaper, checkout: &Checkout) -> Result<()> {
    let cargo = || {
        let mut cargo = pages::in_browser_environment(&checkout.workspace, "cargo");
        cargo.current_dir(checkout.workspace.root());
        cargo
    };
    if ask("cargo clippy", cargo().args(["clippy", "--version"])).await.is_err() {
        print("skipped the pages: their compiler has no clippy");
        return Ok(());
    }
    // With the lazy parts, as the pages are delivered. The tests of `ui` compile it without them.
    let pages = ["clippy", "--package", "ui", "--features", "split"];
    let browser = ["--target", "wasm32-unknown-unknown"];
    let mut clippy = cargo();
    clippy.args(pages).args(browser).args(STRICT);
    process::run(reaper, "cargo clippy for the pages", &mut clippy).await
}

/// Does not check advisories: a new advisory can fail without any change in this repository. The public build checks them.
async fn check_dependencies(reaper: &Reaper, checkout: &Checkout) -> Result<()> {
    if ask("cargo deny", Command::new("cargo").args(["deny", "--version"])).await.is_err() {
        print("skipped licenses and bans: cargo-deny is not installed (run `./setup.sh test`)");
        return Ok(());
    }
    // A wrapper that no longer uses its crate is an error, so that the list in `deny.toml` shrinks with the code.
    let arguments = ["deny", "check", "--deny", "unused-wrapper", "bans", "licenses", "sources"];
    check(reaper, checkout, &arguments).await
}

/// Checks the manifests of Kubernetes, the compose files, the rules of Prometheus and the dashboard.
async fn check_manifests(reaper: &Reaper, checkout: &Checkout) -> Result<()> {
    let root = checkout.workspace.root();
    let python = root.join(".dev/manifests/bin/python");
    if !python.exists() {
        print("skipped the manifests: their checkers are not installed (run `./setup.sh test`)");
        return Ok(());
    }
    let mut script = Command::new(python);
    script.arg("docker/check/check.py").current_dir(root);
    process::run(reaper, "docker/check/check.py", &mut script).await
}
