//! Makes the program of an application: compiles it, splits off the pages that are loaded later, writes the JavaScript for it, and shrinks it.
//!
//! Trunk cannot split a program (trunk#1022): a program must be split after the linker and before `wasm-bindgen`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use tokio::{process::Command, task::spawn_blocking};

use super::{
    application::Application,
    files::{cannot, read},
    in_browser_environment,
};
use crate::{
    process::{ask, run},
    reaper::Reaper,
    workspace::Workspace,
};

/// The target for which the pages are compiled.
const BROWSER: &str = "wasm32-unknown-unknown";
/// What browsers of 2024 support, and how hard `wasm-opt` tries.
const OPTIMIZATIONS: [&str; 8] = [
    "-O2",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// The script that loads the parts. `wasm-bindgen` writes its name into the main script.
pub(super) const LOADER: &str = "parts.js";

/// Compiles an application, and writes its scripts and programs into `folder`, with names that contain no hash.
///
/// # Errors
/// If a tool is missing or fails.
pub(super) async fn make(
    reaper: &Reaper,
    workspace: &Workspace,
    application: &Application,
    folder: &Path,
) -> Result<()> {
    let name = application.name;
    let linked = compile(reaper, workspace, application).await?;
    let unbound = if application.is_split {
        let unbound = linked.with_extension("main.wasm");
        split(linked, unbound.clone(), folder.to_owned(), format!("./{name}.js")).await?;
        unbound
    } else {
        linked
    };
    bind(reaper, name, &unbound, folder).await?;
    optimize(folder).await
}

/// Compiles an application and returns the path of the linked program.
async fn compile(
    reaper: &Reaper,
    workspace: &Workspace,
    application: &Application,
) -> Result<PathBuf> {
    let mut cargo = in_browser_environment(workspace, "cargo");
    cargo.current_dir(workspace.at("crates/ui")).args([
        "rustc",
        "--package",
        "ui",
        "--profile",
        "ui",
    ]);
    cargo.args(["--target", BROWSER, "--bin", application.name]);
    if application.is_split {
        // The splitter follows the relocations to see which functions and data a page uses.
        cargo.args(["--features", "split", "--", "-Clink-arg=--emit-relocs"]);
    }
    run(reaper, "cargo rustc", &mut cargo).await?;
    let program = format!("{BROWSER}/ui/{}.wasm", application.name);
    Ok(workspace.pages_target().join(program))
}

/// Splits a linked program into `main`, the parts next to it, and the script that loads them.
async fn split(linked: PathBuf, main: PathBuf, folder: PathBuf, main_script: String) -> Result<()> {
    let splitting = spawn_blocking(move || -> Result<()> {
        let program = read(&linked)?;
        let loader = format!("./{LOADER}");
        let mut options = wasm_split_cli_support::Options::new(&program);
        options.output_dir = &folder;
        options.main_out_path = &main;
        options.main_module = &main_script;
        options.link_name = &loader;
        wasm_split_cli_support::transform(options)
            .map_err(|error| anyhow!("`{}` cannot be split: {error:#}", linked.display()))?;
        Ok(())
    });
    splitting.await?
}

/// Writes the script for a program, and the program as the script expects it: `name.js` and `name.wasm`.
async fn bind(reaper: &Reaper, name: &str, program: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--omit-default-module-path"]);
    // The parts use the table of functions, which the linker exports and `wasm-bindgen` would otherwise hide.
    bindgen.arg("--keep-lld-exports");
    bindgen.args(["--out-name", name, "--out-dir"]).arg(folder).arg(program);
    run(reaper, "wasm-bindgen", &mut bindgen).await?;
    let (written, wanted) =
        (folder.join(format!("{name}_bg.wasm")), folder.join(format!("{name}.wasm")));
    fs::rename(&written, wanted)
        .with_context(|| format!("`wasm-bindgen` did not write `{}`", written.display()))
}

/// Shrinks all programs in a folder.
async fn optimize(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| cannot("read", folder))? {
        let program = entry.with_context(|| cannot("read", folder))?.path();
        if program.extension().is_some_and(|extension| extension == "wasm") {
            let mut optimizer = Command::new("wasm-opt");
            optimizer.args(OPTIMIZATIONS).arg(&program).arg("--output").arg(&program);
            // Its output is not shown: it warns about names in the programs, which it removes.
            ask("wasm-opt", &mut optimizer).await?;
        }
    }
    Ok(())
}
