//! The load balancer of one test.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::Mutex,
    time::Duration,
};

use dev::load_balancer::{Affinity, Settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};
use uuid::Uuid;

use crate::{Server, TempFolder, closed_port, deadline::until, reaper, runtime::on_harness};

/// The header with which the load balancer names the node that answered. Nodes do not set it.
pub(crate) const NODE_HEADER: &str = "x-node";
/// How often a port is tried, because another process can take it first.
const ATTEMPTS: usize = 3;

/// A running HAProxy.
pub struct LoadBalancer {
    /// The address for clients.
    pub address: SocketAddr,
    control: PathBuf,
    child: Mutex<Child>,
    /// For the socket and the log.
    _folder: TempFolder,
}

impl LoadBalancer {
    /// The names of the two nodes, as the load balancer calls them.
    pub const NODES: [&str; 2] = ["a", "b"];

    /// Starts HAProxy in front of two nodes, and waits until it accepts connections.
    ///
    /// # Panics
    /// With a hint, if HAProxy is not installed or does not start.
    pub async fn start(nodes: [&Server; 2], affinity: Affinity) -> Self {
        for _ in 0..ATTEMPTS {
            if let Some(started) = Self::start_on(closed_port(), nodes, affinity).await {
                return started;
            }
        }
        panic!("error: HAProxy ended {ATTEMPTS} times at its start\nhint: its error is above")
    }

    async fn start_on(port: u16, nodes: [&Server; 2], affinity: Affinity) -> Option<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let folder = TempFolder::empty("haproxy");
        let control = folder.path().join("control");
        let settings = Settings {
            listen: address,
            control: control.clone(),
            affinity,
            key: Uuid::new_v4().to_string(),
            nodes: nodes.map(|node| node.address),
        };
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let mut haproxy = settings.command(root);
        let log = folder.path().join("log");
        let stderr = fs::File::create(&log).expect("a log file");
        haproxy.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
        let child = haproxy.spawn().unwrap_or_else(|error| {
            panic!("error: cannot start `haproxy`: {error}\nhint: `./setup.sh test` installs it")
        });
        reaper::process(child.id());
        let child = Mutex::new(child);
        // HAProxy listens at the address before it answers here.
        let answers = async || {
            let ended = child.lock().expect("an unpoisoned lock").try_wait().expect("a child");
            match ended {
                Some(_) => Some(false),
                None => UnixStream::connect(&control).await.ok().map(|_| true),
            }
        };
        let started = until("HAProxy to start", Duration::from_secs(20), answers).await;
        if !started {
            eprintln!("{}", fs::read_to_string(&log).expect("the log of HAProxy"));
        }
        started.then_some(Self { address, control, child, _folder: folder })
    }

    /// Sends a command to the socket of HAProxy, for example `set server nodes/a state drain`, and returns the answer.
    ///
    /// # Panics
    /// If HAProxy does not answer.
    pub async fn command(&self, command: &str) -> String {
        let (control, line) = (self.control.clone(), format!("{command}\n"));
        let exchange = on_harness(async move {
            let mut socket = UnixStream::connect(control).await?;
            socket.write_all(line.as_bytes()).await?;
            let mut answer = String::new();
            socket.read_to_string(&mut answer).await?;
            Ok::<_, std::io::Error>(answer)
        });
        exchange.await.expect("HAProxy answers")
    }

    /// Sends further requests of the node with this name to another server, and waits until a health check has succeeded there.
    pub async fn replace(&self, name: &str, server: &Server) {
        let (ip, port) = (server.address.ip(), server.address.port());
        let answer = self.command(&format!("set server nodes/{name} addr {ip} port {port}")).await;
        assert!(answer.contains("changed"), "HAProxy accepts the address: {answer}");
        let what = format!("node {name} to be up");
        until(&what, Duration::from_secs(30), async || self.is_up(name).await.then_some(())).await;
    }

    /// Whether the last health checks of the node with this name succeeded.
    pub async fn is_up(&self, name: &str) -> bool {
        /// The column of the operational state, and its value for a node that is up ("show servers state" in HAProxy's management guide).
        const STATE: (usize, &str) = (5, "2");
        let servers = self.command("show servers state nodes").await;
        let mut rows = servers.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let row = rows.find(|row| row.get(3) == Some(&name)).expect("a row for the node");
        row.get(STATE.0) == Some(&STATE.1)
    }
}

impl Drop for LoadBalancer {
    fn drop(&mut self) {
        reaper::kill(self.child.get_mut().expect("an unpoisoned lock"));
    }
}
