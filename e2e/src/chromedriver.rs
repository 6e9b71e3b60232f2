//! Controls the system's Chromium: one `chromedriver` per test binary.

use std::{
    io::{BufRead, BufReader, Read, copy, sink},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    thread,
};

use crate::reaper;

/// A running `chromedriver`. It is killed with this process, together with its browsers.
pub struct Chromedriver {
    /// The URL that accepts `WebDriver` commands.
    pub url: String,
    _child: Child,
}

impl Chromedriver {
    /// Starts `chromedriver` on a free port, which it chooses.
    ///
    /// # Panics
    /// With a hint, if `chromedriver` cannot be started.
    pub fn start() -> Self {
        let spawned = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            // Its browsers survive when it is killed, so the whole process group is killed.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = spawned.unwrap_or_else(|error| {
            panic!("error: cannot start `chromedriver`: {error}\nhint: `./setup.sh test` installs Chromium and its driver")
        });
        reaper::group(child.id());
        let mut said = BufReader::new(child.stdout.take().expect("a pipe was asked for"));
        let port = said.by_ref().lines().map_while(Result::ok).find_map(|line| port_in(&line));
        let port = port.expect("`chromedriver` says on which port it listens");
        // Keep reading: `chromedriver` blocks when it writes to a full pipe.
        thread::spawn(move || copy(&mut said, &mut sink()));
        Self { url: format!("http://127.0.0.1:{port}"), _child: child }
    }
}

/// The port in `ChromeDriver was started successfully on port 36601.`
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_output_of_chromedriver() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 36601."), Some(36601));
        assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
