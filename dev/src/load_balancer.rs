//! HAProxy in front of two nodes, with the configuration in `docker/haproxy/`.

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Where Debian installs HAProxy. Only root has this folder in `PATH`.
const SYSTEM_PROGRAMS: &str = "/usr/sbin";

/// Whether a client stays at the node that answered its first request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Affinity {
    /// Yes, because of the cookies `AWSALB` and `AWSALBCORS`.
    On,
    /// No: each request goes to the next node.
    Off,
}

/// The settings of HAProxy that differ from one run to the next.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address for clients.
    pub listen: SocketAddr,
    /// The path of the socket that takes commands.
    pub control: PathBuf,
    /// Whether clients stay at their nodes.
    pub affinity: Affinity,
    /// The secret from which the values of the affinity cookies are derived.
    pub key: String,
    /// The addresses of the nodes `a` and `b`.
    pub nodes: [SocketAddr; 2],
}

impl Settings {
    /// The command that runs HAProxy in the foreground. `root` is the top folder of the checkout.
    pub fn command(&self, root: &Path) -> Command {
        let [a, b] = self.nodes;
        let mut haproxy = haproxy();
        haproxy
            .args(["-db", "-f"])
            .arg(root.join("docker/haproxy/haproxy.cfg"))
            .env("LOAD_BALANCER_LISTEN", self.listen.to_string())
            .env("LOAD_BALANCER_CONTROL", &self.control)
            .env("LOAD_BALANCER_AFFINITY", if self.affinity == Affinity::On { "on" } else { "off" })
            .env("LOAD_BALANCER_KEY", &self.key)
            .env("NODE_A", a.to_string())
            .env("NODE_B", b.to_string());
        haproxy
    }
}

/// The program, also where only root finds it in `PATH`.
pub fn haproxy() -> Command {
    let path = env::var("PATH").unwrap_or_default();
    let mut haproxy = Command::new("haproxy");
    haproxy.env("PATH", format!("{path}:{SYSTEM_PROGRAMS}"));
    haproxy
}
