//! One of the two nodes: a process that can end and start again.

use std::{process::ExitStatus, time::Duration};

use anyhow::Result;
use tokio::time::{Instant, sleep_until};

use super::{
    name_of,
    state::{NodeName, NodeState, Sessions},
};
use crate::{
    process::{Running, Signal},
    ready::free_port,
    reaper::{Reaper, Started},
    server::{self, Serving},
    stack::Stack,
    workspace::Workspace,
};

/// How long a node that ended without the page stays away.
pub(super) const RESTART_AFTER: Duration = Duration::from_secs(10);
/// The timeout for a process to stop after SIGTERM.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// What every node needs to start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Launcher<'a> {
    pub(super) reaper: &'a Reaper,
    pub(super) workspace: &'a Workspace,
    pub(super) stack: &'a Stack,
    /// The port of the load balancer.
    pub(super) public_port: u16,
}

impl Launcher<'_> {
    /// Tells the reaper that a process has ended, before its id is used again.
    pub(super) fn forget(&self, process: &Running) -> Result<()> {
        self.reaper.forget(Started::Process { pid: process.pid(), signal: Signal::Terminate })
    }

    /// Stops a process and waits until it has ended.
    pub(super) async fn stop(&self, process: &mut Running) -> Result<()> {
        process.terminate(STOP_TIMEOUT).await?;
        self.forget(process)
    }
}

/// A node, whose process may be away.
#[derive(Debug)]
pub(super) struct Node<'a> {
    launcher: Launcher<'a>,
    name: NodeName,
    /// The port on which it listens, the same after every start.
    pub(super) port: u16,
    process: Process,
}

#[derive(Debug)]
enum Process {
    Starting,
    Up(Running),
    Ended,
    RestartsAt(Instant),
}

/// A change that came without an operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// The process ended.
    Exited(ExitStatus),
    /// The pause after such an end is over, and the node must be started.
    IsDue,
}

impl<'a> Node<'a> {
    /// A node with a free port and no process.
    pub(super) async fn new(launcher: Launcher<'a>, name: NodeName) -> Result<Self> {
        let port = free_port(None).await?;
        Ok(Self { launcher, name, port, process: Process::Starting })
    }

    /// The name for the terminal.
    pub(super) fn label(&self) -> String {
        format!("Node {}", self.name.as_str())
    }

    /// The state as the page shows it.
    pub(super) fn state(&self) -> NodeState {
        match &self.process {
            Process::Starting => NodeState::Starting,
            Process::Up(running) => NodeState::Up { pid: running.pid() },
            Process::Ended => NodeState::Ended,
            Process::RestartsAt(_) => NodeState::Restarting,
        }
    }

    /// The id of the process, if it runs.
    pub(super) fn pid(&self) -> Option<u32> {
        match &self.process {
            Process::Up(running) => Some(running.pid()),
            _ => None,
        }
    }

    /// Marks the node as starting, before [`Self::start`].
    pub(super) fn set_starting(&mut self) {
        self.process = Process::Starting;
    }

    /// Starts the process and waits until it accepts connections.
    pub(super) async fn start(&mut self, sessions: Sessions) -> Result<()> {
        let Launcher { reaper, workspace, stack, public_port } = self.launcher;
        let serving = Serving {
            port: self.port,
            public_port,
            pages: true,
            // The load balancer names the client's address in `X-Forwarded-For`.
            environment: vec![
                ("WATERTIGHT_SESSION_STORE", name_of(&sessions)),
                ("WATERTIGHT_TRUSTED_PROXIES", "127.0.0.0/8".to_owned()),
            ],
        };
        self.process = Process::Up(server::serve(reaper, workspace, stack, &serving).await?);
        Ok(())
    }

    /// Kills the process. The node stays away until it is started.
    pub(super) async fn kill(&mut self) -> Result<()> {
        if let Process::Up(running) = &mut self.process {
            running.kill().await?;
            self.launcher.forget(running)?;
        }
        self.process = Process::Ended;
        Ok(())
    }

    /// Stops the process with SIGTERM, before [`Self::start`].
    pub(super) async fn stop(&mut self) -> Result<()> {
        if let Process::Up(running) = &mut self.process {
            self.launcher.stop(running).await?;
        }
        self.process = Process::Starting;
        Ok(())
    }

    /// Waits for the next change that comes without an operation. Can be cancelled and called again.
    pub(super) async fn changed(&mut self) -> Result<Change> {
        match &mut self.process {
            Process::Up(running) => {
                let status = running.ended().await?;
                self.launcher.forget(running)?;
                self.process = Process::RestartsAt(Instant::now() + RESTART_AFTER);
                Ok(Change::Exited(status))
            }
            Process::RestartsAt(time) => {
                sleep_until(*time).await;
                Ok(Change::IsDue)
            }
            Process::Starting | Process::Ended => std::future::pending().await,
        }
    }
}
