//! Removes a container after the tests have ended, even if they were killed.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

/// Removes a container when this process ends, for whatever reason.
///
/// A child process waits for the end of its standard input: a pipe whose other end only this process holds. The child has its own process group, so Ctrl-C on
/// the tests does not end it before it has removed the container.
pub(crate) struct Reaper {
    /// Its standard input stays open until this value is dropped or the process ends.
    _child: Child,
}

impl Reaper {
    /// Starts to watch the container with this name, which may not exist yet.
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
