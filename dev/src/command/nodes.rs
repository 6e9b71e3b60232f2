//! `dev nodes`: runs two nodes behind a load balancer until Ctrl-C.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use tokio::{process::Command, time::sleep};

use super::{Checkout, guarded, start_prepared_stack, watch};
use crate::{
    companies,
    folder::Folder,
    load_balancer::{Affinity, Settings, haproxy},
    print::print,
    process::{Running, Signal, ask},
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
const CONTROL: &str = "haproxy.sock";

/// The options of `just nodes`.
#[derive(Args, Clone, Copy, Debug)]
pub struct NodesOptions {
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
pub async fn run(checkout: Checkout, options: NodesOptions) -> Result<()> {
    let begun = Instant::now();
    if ask("haproxy", Command::from(haproxy()).arg("-v")).await.is_err() {
        bail!("`haproxy` cannot be started\nhint: install HAProxy 2.6 or later");
    }
    let lock = checkout.folder.take().await?;
    claim_port(options.port, "nodes").await?;
    guarded(Reaper::start(Some(lock))?, async |reaper| {
        let stack = StackOptions { reset: false, no_docker: options.no_docker };
        let mut stack = start_prepared_stack(reaper, &checkout, stack, None).await?;
        serve(reaper, &checkout, &mut stack, options, begun).await
    })
    .await
}

async fn serve(
    reaper: &Reaper,
    checkout: &Checkout,
    stack: &mut Stack,
    options: NodesOptions,
    begun: Instant,
) -> Result<()> {
    let Checkout { workspace, folder } = checkout;
    let mut running = std::mem::take(&mut stack.running);
    let node = |name| Node::start(reaper, workspace, stack, options, name);
    let (a, b) = (node("a").await?, node("b").await?);
    let ports = [a.serving.port, b.serving.port];
    running.push(start_load_balancer(reaper, workspace, folder, options, ports).await?);
    let companies = companies::ask(options.port, options.port).await?;
    print(format_args!(
        "\nTwo nodes are up after {:.1} s. Ctrl-C stops everything.\n",
        begun.elapsed().as_secs_f32()
    ));
    print(companies::table(&companies, options.port));
    print_nodes(folder, options, [&a, &b]);
    tokio::try_join!(a.restart_when_it_ends(), b.restart_when_it_ends(), watch(&mut running))?;
    Ok(())
}

/// Prints what to look at and what to try.
fn print_nodes(folder: &Folder, options: NodesOptions, both: [&Node<'_>; 2]) {
    print(format_args!("  Sessions        {}", name_of(&options.sessions)));
    print(format_args!("  Affinity        {}", name_of(&options.affinity)));
    for node in both {
        print(format_args!("  {:15} 127.0.0.1:{}", node.label(), node.serving.port));
    }
    print(format_args!(
        "  Load balancer   127.0.0.1:{}, commands at {}",
        options.port,
        folder.at(CONTROL).display()
    ));
    print("\n  Each reply names its node in the header `X-Node`:");
    print(format_args!(
        "    curl -si http://localhost:{}/healthz/live | grep -i x-node",
        options.port
    ));
    print(format_args!(
        "  End a node and use the pages; it starts again after {} s:",
        RESTART_AFTER.as_secs()
    ));
    print(format_args!("    kill -9 {}\n", both[0].running.pid()));
}

/// The text that stands for this value on the command line.
fn name_of(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
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
        options: NodesOptions,
        name: &'static str,
    ) -> Result<Self> {
        let serving = Serving {
            port: free_port(None).await?,
            public_port: options.port,
            pages: true,
            // The load balancer names the client's address in `X-Forwarded-For`.
            environment: vec![
                ("WATERTIGHT_SESSION_STORE", name_of(&options.sessions)),
                ("WATERTIGHT_TRUSTED_PROXIES", "127.0.0.0/8".to_owned()),
            ],
        };
        let running = server::serve(reaper, workspace, stack, &serving).await?;
        Ok(Self { reaper, workspace, stack, name, serving, running })
    }

    fn label(&self) -> String {
        format!("Node {}", self.name)
    }

    /// Starts the node again whenever it ends.
    async fn restart_when_it_ends(mut self) -> Result<()> {
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

async fn start_load_balancer(
    reaper: &Reaper,
    workspace: &Workspace,
    folder: &Folder,
    options: NodesOptions,
    ports: [u16; 2],
) -> Result<Running> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let settings = Settings {
        listen: loopback(options.port),
        // Relative to its folder, because a path of a socket has at most 107 bytes.
        control: CONTROL.into(),
        affinity: options.affinity,
        key: state::secret()?,
        nodes: ports.map(loopback),
    };
    let mut command = Command::from(settings.command(workspace.root()));
    command.current_dir(folder.at("")).stdout(Stdio::null());
    let running = Running::start(reaper, "haproxy", &mut command, Signal::Terminate)?;
    let listens = async || running.status().is_some() || ready::answers(options.port).await;
    ready::until("the load balancer did not listen", BALANCER_START, listens).await?;
    Ok(running)
}
