//! The product as a process: it is started, its log is collected, and it is killed when this process ends.

mod config;
mod log;
mod metrics;

use std::{
    net::SocketAddr,
    process::{Child, ExitStatus},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub(crate) use config::PASSWORDS;
pub use config::{Finished, ServerConfig, fresh_root_key};
use log::Log;
pub use metrics::Metrics;

use crate::{deadline::until, reaper};

/// A running `watertight serve`.
pub struct Server {
    /// The address at which it listens.
    pub address: SocketAddr,
    /// The port of its public URL, which `Host` headers contain. Every node of a stack has the same.
    pub public_port: u16,
    /// The address of its metrics, if it serves them.
    pub metrics_address: Option<SocketAddr>,
    child: Mutex<Child>,
    log: Arc<Log>,
}

impl Server {
    /// The `Host` header of a company (`acme.localhost:8080`), or of the bare host if `slug` is empty.
    pub fn host(&self, slug: &str) -> String {
        let dot = if slug.is_empty() { "" } else { "." };
        format!("{slug}{dot}localhost:{}", self.public_port)
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    /// The log so far.
    pub fn logged(&self) -> String {
        self.log.text()
    }

    /// The log lines so far that contain `text`, for instance a request id.
    pub fn lines_with(&self, text: &str) -> String {
        self.log
            .text()
            .lines()
            .filter(|line| line.contains(text))
            .fold(String::new(), |all, line| all + line + "\n")
    }

    /// Waits up to ten seconds for a log line that contains `text`, and returns it.
    pub async fn log_line(&self, text: &str) -> String {
        until(&format!("`{text}` in the log"), Duration::from_secs(10), async || {
            self.log.line_with(text)
        })
        .await
    }

    /// Kills the process, like a crash.
    pub fn kill(&self) {
        reaper::kill(&mut self.child.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Sends SIGTERM, like an operator, and does not wait for the end of the process.
    pub fn send_sigterm(&self) {
        let id = self.id();
        let asked =
            std::process::Command::new("kill").arg(id.to_string()).status().expect("`kill` runs");
        assert!(asked.success(), "process {id} can be asked to stop");
    }

    /// Sends SIGTERM, like an operator, and waits until the process has ended.
    pub async fn terminate(&self) -> ExitStatus {
        reaper::ended(self.id());
        self.send_sigterm();
        until("the server to stop", Duration::from_secs(15), async || {
            self.child.lock().unwrap_or_else(PoisonError::into_inner).try_wait().expect("a child")
        })
        .await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port on which no process listens.
pub fn closed_port() -> u16 {
    let listener =
        std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}
