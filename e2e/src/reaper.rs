//! Ends what a test run started, also after `kill -9`: a child that holds a pipe outlives us by a moment and cleans up.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{ChildStdin, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
};

static REAPER: LazyLock<Mutex<ChildStdin>> = LazyLock::new(start);

#[expect(clippy::zombie_processes, reason = "it outlives us, so we cannot wait for it")]
fn start() -> Mutex<ChildStdin> {
    let child = Command::new("sh")
        .args(["-c", include_str!("reaper.sh")])
        // A process group of its own, or Ctrl-C would end it together with us.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("`sh` runs");
    Mutex::new(child.stdin.expect("a pipe was asked for"))
}

/// Removes the container of this name when we are gone. Say it before the container is made.
pub(crate) fn container(name: &str) {
    tell("container", name);
}

/// Kills the process when we are gone. A child that nobody waited for keeps its id, so the id cannot mean another process.
pub(crate) fn process(id: u32) {
    tell("process", &id.to_string());
}

/// The same with everything it started: it must lead a process group.
pub(crate) fn group(id: u32) {
    tell("process", &format!("-{id}"));
}

/// The process is about to be waited for: its id is free for others.
pub(crate) fn ended(id: u32) {
    tell("ended", &id.to_string());
}

/// Removes a folder when we are gone. The path must hold no space.
pub(crate) fn folder(path: &Path) {
    tell("folder", &path.display().to_string());
}

fn tell(what: &str, name: &str) {
    let mut pipe = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(pipe, "{what} {name}").expect("the reaper listens");
}
