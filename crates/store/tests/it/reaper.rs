//! Removes a container when the tests are over, also when they were killed.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

/// Holds a container's life: it is removed when this process ends, however it ends.
///
/// A child waits for the end of its standard input, which is the other end of a pipe that only this process holds. It has
/// a process group of its own, so Ctrl-C on the tests does not end it before its work is done.
pub(crate) struct Reaper {
    /// Its standard input stays open as long as this lives.
    _child: Child,
}

impl Reaper {
    /// Starts to watch over the container of that name, which need not exist yet.
    pub(crate) fn of(container: &str) -> Self {
        let child = Command::new("sh")
            .args(["-c", "cat >/dev/null; exec docker rm --force --volumes \"$0\"", container])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("`sh` starts");
        Self { _child: child }
    }
}
