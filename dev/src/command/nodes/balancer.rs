//! HAProxy as a process of `just nodes`.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    time::Duration,
};

use anyhow::Result;
use api_types::paths;
use tokio::process::Command;

use super::{node::Launcher, state::NodeName};
use crate::{
    folder::Folder,
    http_get::http_get,
    load_balancer::{Affinity, Settings},
    process::{Running, Signal},
    ready, state,
};

/// The timeout for the load balancer to listen, and to send requests to a node that is up.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The name of the socket that takes commands for the load balancer.
pub(super) const CONTROL: &str = "haproxy.sock";

/// What stays the same when the load balancer is started again.
#[derive(Clone, Debug)]
pub(super) struct LoadBalancer<'a> {
    pub(super) launcher: Launcher<'a>,
    pub(super) folder: &'a Folder,
    /// The ports of both nodes.
    pub(super) ports: [u16; 2],
}

impl LoadBalancer<'_> {
    /// Starts HAProxy and waits until it listens.
    pub(super) async fn start(&self, affinity: Affinity) -> Result<Running> {
        let Launcher { reaper, workspace, public_port, .. } = self.launcher;
        let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let settings = Settings {
            listen: loopback(public_port),
            // Relative to its folder, because a path of a socket has at most 107 bytes.
            control: CONTROL.into(),
            affinity,
            // A new secret at each start: older cookies name no node, so the clients are divided again.
            key: state::secret()?,
            nodes: self.ports.map(loopback),
        };
        let mut command = Command::from(settings.command(workspace.root()));
        command.current_dir(self.folder.at("")).stdout(Stdio::null());
        let running = Running::start(reaper, "haproxy", &mut command, Signal::Terminate)?;
        let listens = async || running.status().is_some() || ready::answers(public_port).await;
        ready::until("the load balancer did not listen", TIMEOUT, listens).await?;
        Ok(running)
    }

    /// Waits until requests through the load balancer are answered by each of these nodes. Stops waiting after some seconds, because a node can end meanwhile.
    pub(super) async fn wait_for(&self, nodes: &[NodeName]) {
        let mut missing = nodes.to_vec();
        let public_port = self.launcher.public_port;
        let all_answer = async || {
            let host = format!("localhost:{public_port}");
            if let Ok(reply) = http_get(public_port, &host, paths::LIVE).await {
                // The load balancer's own error pages name a node too.
                let is_of_a_node = reply.header("x-request-id").is_some();
                missing
                    .retain(|node| !is_of_a_node || reply.header("x-node") != Some(node.as_str()));
            }
            missing.is_empty()
        };
        let _too_late = ready::until("a node got no request", TIMEOUT, all_answer).await;
    }
}
