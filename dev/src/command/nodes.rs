//! `dev nodes`: runs two nodes behind a load balancer until Ctrl-C.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Result;
use clap::{Args, ValueEnum};
use tokio::{process::Command, time::sleep};

use super::{Checkout, guarded, prepared_stack, watch};
use crate::{
    balancer::{Affinity, Balancer},
    companies,
    folder::Folder,
    print::print,
    process::{Running, Signal},
    ready::{self, claim_port, free_port},
    reaper::{Reaper, Started},
    server::{self, Serving},
    stack::{Stack, StackOptions},
    state,
    workspace::Workspace,
};

/// How long a node that has ended stays away.
const RESTART_AFTER: Duration = Duration::from_secs(10);
/// The timeout for the load balancer to listen.
const BALANCER_START: Duration = Duration::from_secs(10);

/// The name of the socket that takes commands for the load balancer.
const CONTROL: &str = "balancer";

/// The options of `just nodes`.
#[derive(Args, Clone, Copy, Debug)]
pub struct Nodes {
    /// Where sessions are kept
    #[arg(long, value_enum, default_value_t = Sessions::Redis)]
    sessions: Sessions,
    /// Whether a client stays at the node that answered its first request
    #[arg(long, value_enum, default_value_t = Affinity::Off)]
    affinity: Affinity,
    /// Port of the load balancer
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Do not use Docker for PostgreSQL and Redis, even if it is running
    #[arg(long)]
    no_docker: bool,
}

/// The session stores that need no other server than the stack has.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sessions {
    /// In the memory of each node: a user needs the node of the sign-in
    Memory,
    /// In Redis, which both nodes read
    Redis,
    /// In PostgreSQL, which both nodes read
    Postgres,
}

/// Starts the stack, two nodes and the load balancer, and stops them when the user stops the command.
///
/// # Errors
/// If a part does not start, or if a part other than a node exits unexpectedly.
pub async fn run(checkout: Checkout, nodes: Nodes) -> Result<()> {
    let begun = Instant::now();
    let lock = checkout.folder.take().await?;
    claim_port(nodes.port, "nodes").await?;
    guarded(Reaper::start(Some(lock))?, async |reaper| {
        let options = StackOptions { reset: false, no_docker: nodes.no_docker };
        let mut stack = prepared_stack(reaper, &checkout, options, None).await?;
        serve(reaper, &checkout, &mut stack, nodes, begun).await
    })
    .await
}

async fn serve(
    reaper: &Reaper,
    checkout: &Checkout,
    stack: &mut Stack,
    nodes: Nodes,
    begun: Instant,
) -> Result<()> {
    let Checkout { workspace, folder } = checkout;
    let mut running = std::mem::take(&mut stack.running);
    let node = |name| Node::start(reaper, workspace, stack, nodes, name);
    let (a, b) = (node("a").await?, node("b").await?);
    let ports = [a.serving.port, b.serving.port];
    running.push(balancer(reaper, workspace, folder, nodes, ports).await?);
    let companies = companies::ask(nodes.port, nodes.port).await?;
    print(format_args!(
        "\nTwo nodes are up after {:.1} s. Ctrl-C stops everything.\n",
        begun.elapsed().as_secs_f32()
    ));
    print(companies::table(&companies, nodes.port));
    print_nodes(folder, nodes, [&a, &b]);
    tokio::try_join!(a.keep(), b.keep(), watch(&mut running))?;
    Ok(())
}

/// Prints what to look at and what to try.
fn print_nodes(folder: &Folder, nodes: Nodes, both: [&Node<'_>; 2]) {
    let value = |value: Option<clap::builder::PossibleValue>| {
        value.map(|value| value.get_name().to_owned()).unwrap_or_default()
    };
    print(format_args!("  Sessions        {}", value(nodes.sessions.to_possible_value())));
    print(format_args!("  Affinity        {}", value(nodes.affinity.to_possible_value())));
    for node in both {
        print(format_args!("  {:15} 127.0.0.1:{}", node.label(), node.serving.port));
    }
    print(format_args!(
        "  Load balancer   127.0.0.1:{}, commands at {}",
        nodes.port,
        folder.at(CONTROL).display()
    ));
    print("\n  Each reply names its node in the header `X-Node`:");
    print(format_args!(
        "    curl -si http://localhost:{}/healthz/live | grep -i x-node",
        nodes.port
    ));
    print(format_args!(
        "  End a node and use the pages; it starts again after {} s:",
        RESTART_AFTER.as_secs()
    ));
    print(format_args!("    kill -9 {}\n", both[0].running.pid()));
}

/// One of the two nodes.
struct Node<'a> {
    reaper: &'a Reaper,
    workspace: &'a Workspace,
    stack: &'a Stack,
    name: &'static str,
    serving: Serving,
    running: Running,
}

impl<'a> Node<'a> {
    async fn start(
        reaper: &'a Reaper,
        workspace: &'a Workspace,
        stack: &'a Stack,
        nodes: Nodes,
        name: &'static str,
    ) -> Result<Self> {
        let store = match nodes.sessions {
            Sessions::Memory => "memory",
            Sessions::Redis => "redis",
            Sessions::Postgres => "postgres",
        };
        let serving = Serving {
            port: free_port(None).await?,
            public_port: nodes.port,
            pages: true,
            // The load balancer names the client's address in `X-Forwarded-For`.
            settings: vec![
                ("WATERTIGHT_SESSION_STORE", store),
                ("WATERTIGHT_TRUSTED_PROXIES", "127.0.0.0/8"),
            ],
        };
        let running = server::serve(reaper, workspace, stack, &serving).await?;
        Ok(Self { reaper, workspace, stack, name, serving, running })
    }

    fn label(&self) -> String {
        format!("Node {}", self.name)
    }

    /// Starts the node again whenever it ends.
    async fn keep(mut self) -> Result<()> {
        loop {
            let status = self.running.ended().await?;
            self.reaper
                .forget(Started::Process { pid: self.running.pid(), signal: Signal::Terminate })?;
            print(format_args!(
                "{} has ended ({status}). It starts again in {} s.",
                self.label(),
                RESTART_AFTER.as_secs()
            ));
            sleep(RESTART_AFTER).await;
            let (reaper, workspace) = (self.reaper, self.workspace);
            self.running = server::serve(reaper, workspace, self.stack, &self.serving).await?;
            print(format_args!(
                "{} is back. `kill -9 {}` ends it.",
                self.label(),
                self.running.pid()
            ));
        }
    }
}

async fn balancer(
    reaper: &Reaper,
    workspace: &Workspace,
    folder: &Folder,
    nodes: Nodes,
    ports: [u16; 2],
) -> Result<Running> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let balancer = Balancer {
        listen: loopback(nodes.port),
        // Relative to its folder, because a path of a socket has at most 107 bytes.
        control: CONTROL.into(),
        affinity: nodes.affinity,
        key: state::secret()?,
        nodes: ports.map(loopback),
    };
    let mut command = Command::from(balancer.command(workspace.root()));
    command.current_dir(folder.at("")).stdout(Stdio::null());
    let running = Running::start(reaper, "haproxy", &mut command, Signal::Terminate)?;
    let listens = async || running.status().is_some() || ready::answers(nodes.port).await;
    ready::until("the load balancer did not listen", BALANCER_START, listens).await?;
    Ok(running)
}
