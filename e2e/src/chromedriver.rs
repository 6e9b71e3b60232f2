//! The system's Chromium, driven: one `chromedriver` for a test binary, a new empty profile for every browser.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, copy, sink},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use uuid::Uuid;

use crate::reaper;

/// A running `chromedriver`. It ends with us, and takes its browsers along.
pub struct Chromedriver {
    /// Where it takes commands.
    pub url: String,
    _child: Child,
}

/// A folder in which a browser keeps everything it is told, until we are gone.
pub struct Profile(PathBuf);

impl Chromedriver {
    /// Starts it on a port that it finds itself.
    ///
    /// # Panics
    /// With a hint, if it cannot be started.
    pub fn start() -> Self {
        let spawned = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            // Its browsers live on when it is killed, so they are killed with it, as its group.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = spawned.unwrap_or_else(|error| {
            panic!("error: `chromedriver` does not start: {error}\nhint: `./setup.sh test` installs Chromium and its driver")
        });
        reaper::group(child.id());
        let mut said = BufReader::new(child.stdout.take().expect("a pipe was asked for"));
        let port = said.by_ref().lines().map_while(Result::ok).find_map(|line| port_in(&line));
        let port = port.expect("`chromedriver` says on which port it listens");
        // A pipe that nobody empties would stop it one day.
        thread::spawn(move || copy(&mut said, &mut sink()));
        Self { url: format!("http://127.0.0.1:{port}"), _child: child }
    }
}

impl Profile {
    /// An empty one.
    pub fn empty() -> Self {
        let path =
            env::temp_dir().join(format!("watertight-e2e-profile-{}", Uuid::new_v4().simple()));
        reaper::folder(&path);
        fs::create_dir(&path).expect("a folder for a profile");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // A browser that is just ending may still write into it; the reaper comes again.
        let _in_use = fs::remove_dir_all(&self.0);
    }
}

/// The number in `ChromeDriver was started successfully on port 36601.`
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_it_says() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 36601."), Some(36601));
        assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
