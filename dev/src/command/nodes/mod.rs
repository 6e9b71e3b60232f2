//! `dev nodes`: runs two nodes behind a load balancer until Ctrl-C, and a page that shows where each request is answered.

mod balancer;
mod cluster;
mod node;
mod page;
mod state;

use std::{net::Ipv4Addr, time::Instant};

use anyhow::{Context, Result, bail};
use api_types::{Companies, CompanyPublicData, DemoAccount};
use clap::{Args, ValueEnum};
use tokio::{net::TcpListener, process::Command, sync::mpsc};

use super::{Checkout, guarded, start_prepared_stack, watch};
use crate::{
    clients::{Account, Pace, Population},
    companies,
    folder::Folder,
    load_balancer::{Affinity, haproxy},
    print::print,
    process::ask,
    ready::{claim_port, free_port},
    reaper::Reaper,
    stack::{Stack, StackOptions},
};
use balancer::CONTROL;
use cluster::Cluster;
use node::{Launcher, Node, RESTART_AFTER};
use page::Page;
use state::{Sessions, Settings};

/// The port of the page, if it is free and the user has not chosen one.
const PAGE_PORT: u16 = 8081;
/// How many operations of the page may wait.
const WAITING_OPERATIONS: usize = 8;

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
    /// Port of the page that shows the requests [default: 8081, or a free port]
    #[arg(long)]
    page_port: Option<u16>,
    /// Number of clients that send a request every second
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u8).range(0..=48))]
    clients: u8,
    /// Do not use Docker for PostgreSQL and Redis, even if it is running
    #[arg(long)]
    no_docker: bool,
}

/// Starts the stack, two nodes, the load balancer and the page, and stops them when the user stops the command.
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
    let listener = listen_for_page(options).await?;
    guarded(Reaper::start(Some(lock))?, async |reaper| {
        let stack = StackOptions { reset: false, no_docker: options.no_docker };
        let mut stack = start_prepared_stack(reaper, &checkout, stack, None).await?;
        serve(reaper, &checkout, &mut stack, options, listener, begun).await
    })
    .await
}

/// Listens on the port that the user chose, otherwise on 8081 or any free port. The port of the load balancer is not taken yet, but not free either.
async fn listen_for_page(options: NodesOptions) -> Result<TcpListener> {
    let port = match options.page_port {
        Some(port) if port == options.port => {
            bail!("`--page-port` and `--port` are the same\nhint: leave out `--page-port`")
        }
        Some(port) => port,
        None => free_port(Some(PAGE_PORT).filter(|port| *port != options.port)).await?,
    };
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.with_context(|| {
        format!(
            "port `{port}` cannot be used for the page\nhint: leave out `--page-port` to use a free one"
        )
    })
}

async fn serve(
    reaper: &Reaper,
    checkout: &Checkout,
    stack: &mut Stack,
    options: NodesOptions,
    listener: TcpListener,
    begun: Instant,
) -> Result<()> {
    let Checkout { workspace, folder } = checkout;
    let mut running = std::mem::take(&mut stack.running);
    let launcher = Launcher { reaper, workspace, stack, public_port: options.port };
    let settings = Settings { sessions: options.sessions, affinity: options.affinity };
    let cluster = Cluster::start(launcher, folder, settings).await?;
    let companies = companies::ask(options.port, options.port).await?;
    let accounts = accounts(&companies, options.clients.into());
    let load_balancer = (Ipv4Addr::LOCALHOST, options.port).into();
    let clients = Population::start(load_balancer, accounts, Pace::default(), &cluster.term());
    let (operations, requests) = mpsc::channel(WAITING_OPERATIONS);
    let page = Page {
        port: listener.local_addr()?.port(),
        operations,
        cluster: cluster.state(),
        journal: clients.journal().clone(),
    };
    print(format_args!(
        "\nTwo nodes are up after {:.1} s. Ctrl-C stops everything.\n",
        begun.elapsed().as_secs_f32()
    ));
    print(companies::table(&companies, options.port));
    print_nodes(folder, options, page.port, cluster.nodes());
    tokio::try_join!(
        cluster.run(requests, clients.journal()),
        page.serve(listener),
        watch(&mut running)
    )?;
    Ok(())
}

/// The accounts of this many clients: the companies in turn, and the accounts of each company in turn.
fn accounts(companies: &Companies, number: usize) -> Vec<Account> {
    let with_accounts: Vec<&CompanyPublicData> =
        companies.items.iter().filter(|company| !company.demo_accounts.is_empty()).collect();
    if with_accounts.is_empty() {
        return Vec::new();
    }
    let of_client = |index: usize| {
        let company = with_accounts[index % with_accounts.len()];
        let round = index / with_accounts.len();
        account(company, &company.demo_accounts[round % company.demo_accounts.len()])
    };
    (0..number).map(of_client).collect()
}

fn account(company: &CompanyPublicData, demo: &DemoAccount) -> Account {
    Account {
        company: company.slug.as_str().to_owned(),
        host: company.origin.trim_start_matches("http://").to_owned(),
        label: format!("{}, {}", demo.name, company.name),
        email: demo.email.clone(),
        password: demo.password.clone(),
    }
}

/// Prints what to look at and what to try.
fn print_nodes(folder: &Folder, options: NodesOptions, page_port: u16, nodes: &[Node<'_>; 2]) {
    print(format_args!("  Page            http://localhost:{page_port}"));
    print(format_args!("  Sessions        {}", name_of(&options.sessions)));
    print(format_args!("  Affinity        {}", name_of(&options.affinity)));
    for node in nodes {
        print(format_args!("  {:15} 127.0.0.1:{}", node.label(), node.port));
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
        "  End a node on the page, or here; then it starts again after {} s:",
        RESTART_AFTER.as_secs()
    ));
    if let Some(pid) = nodes[0].pid() {
        print(format_args!("    kill -9 {pid}\n"));
    }
}

/// The text that stands for this value on the command line.
fn name_of(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_spread_over_companies_and_their_accounts() {
        let account = |name: &str| {
            format!(
                r#"{{"role":"manager","name":"{name}","email":"{name}@x.example","password":"p"}}"#
            )
        };
        let company = |slug: &str, accounts: &[String]| {
            format!(
                r#"{{"slug":"{slug}","name":"{slug}","origin":"http://{slug}.localhost:8080","demo_accounts":[{}]}}"#,
                accounts.join(",")
            )
        };
        let two = company("acme", &[account("amara"), account("jonas")]);
        let one = company("betaco", &[account("mei")]);
        let json = format!(r#"{{"items":[{two},{one},{}]}}"#, company("gammacorp", &[]));
        let companies = serde_json::from_str(&json).unwrap();
        let labels: Vec<String> =
            accounts(&companies, 5).into_iter().map(|account| account.label).collect();
        let expected = ["amara, acme", "mei, betaco", "jonas, acme", "mei, betaco", "amara, acme"];
        assert_eq!(labels, expected);
        assert_eq!(accounts(&companies, 1)[0].host, "acme.localhost:8080");
    }

    #[test]
    fn without_demonstration_accounts_there_are_no_clients() {
        assert!(accounts(&Companies { items: Vec::new() }, 5).is_empty());
    }
}
