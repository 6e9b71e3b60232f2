//! Ends what a test run started, even after `kill -9`: a child process holds one end of a pipe, outlives the run briefly and cleans up.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
};

static REAPER: LazyLock<Mutex<ChildStdin>> = LazyLock::new(start);

#[expect(
    clippy::zombie_processes,
    reason = "the reaper outlives this process, so nothing can wait for it"
)]
fn start() -> Mutex<ChildStdin> {
    let child = Command::new("sh")
        .args(["-c", include_str!("reaper.sh")])
        // In its own process group: Ctrl-C must not end it together with this process.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("`sh` runs");
    Mutex::new(child.stdin.expect("a pipe was asked for"))
}

/// Removes the container with this name after this process has ended. Call it before the container is created.
pub(crate) fn container(name: &str) {
    tell("container", name);
}

/// Kills the process after this one has ended. An ended child keeps its id until its parent waits for it, so the id cannot belong to another process.
pub(crate) fn process(id: u32) {
    tell("process", &id.to_string());
}

/// The same for the process and everything that it started. It must lead a process group.
pub(crate) fn group(id: u32) {
    tell("process", &format!("-{id}"));
}

/// Call this before waiting for the process: its id can then belong to another one.
pub(crate) fn ended(id: u32) {
    tell("ended", &id.to_string());
}

/// Kills a process that was registered with [`process`], and waits for it.
pub(crate) fn kill(child: &mut Child) {
    ended(child.id());
    let _gone_already = child.kill();
    let _reaped = child.wait();
}

/// Removes a folder after this process has ended. The path must not contain spaces.
pub(crate) fn folder(path: &Path) {
    tell("folder", &path.display().to_string());
}

fn tell(what: &str, name: &str) {
    let mut pipe = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(pipe, "{what} {name}").expect("the reaper listens");
}
