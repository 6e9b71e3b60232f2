//! Finds the product's binary next to the test binary.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::SystemTime,
};

static WATERTIGHT: LazyLock<PathBuf> =
    LazyLock::new(|| find("watertight", "WATERTIGHT_BIN", "just build-stores"));
static LABORATORY: LazyLock<PathBuf> = LazyLock::new(|| {
    find(
        "watertight-lab",
        "WATERTIGHT_LAB_BIN",
        "cargo build -p server --features lab --bin watertight-lab",
    )
});

/// The path of `watertight`, not older than its sources; or the path in `WATERTIGHT_BIN`.
///
/// # Panics
/// With a hint, if it was not built, or was built before its sources changed: testing an old binary proves nothing.
pub fn watertight() -> &'static Path {
    &WATERTIGHT
}

/// The path of `watertight-lab`, not older than its sources; or the path in `WATERTIGHT_LAB_BIN`.
///
/// # Panics
/// The same as for [`watertight`].
pub fn laboratory() -> &'static Path {
    &LABORATORY
}

fn find(name: &str, variable: &str, build: &str) -> PathBuf {
    if let Some(named) = env::var_os(variable).filter(|path| !path.is_empty()) {
        return named.into();
    }
    let own = env::current_exe().expect("our own path");
    // Test binaries are in `target/debug/deps`, programs in `target/debug`.
    let places = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    let Some(path) = places.into_iter().find(|path| path.is_file()) else {
        panic!(
            "error: no binary `{name}` next to `{}`\nhint: run `{build}` or `just test`",
            own.display()
        )
    };
    if let Some(newer) = newer_source(&path) {
        panic!(
            "error: `{newer}` changed after `{name}` was built\nhint: run `{build}` or `just test`"
        );
    }
    path
}

/// Returns a source that is newer than the binary, from the list that Cargo wrote next to it; `None` if there is none.
fn newer_source(binary: &Path) -> Option<String> {
    let modified = |path: &str| fs::metadata(path).and_then(|file| file.modified()).ok();
    let built: SystemTime = fs::metadata(binary).and_then(|file| file.modified()).ok()?;
    let noted = fs::read_to_string(binary.with_extension("d")).ok()?;
    let sources = noted.split_once(": ")?.1.replace("\\ ", "\u{0}");
    sources
        .split_whitespace()
        .map(|path| path.replace('\u{0}', " "))
        .find(|path| modified(path).is_some_and(|at| at > built))
}
