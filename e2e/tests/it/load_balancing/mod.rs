//! S10, O5: two nodes behind a load balancer, with and without sticky sessions, while nodes are killed and restarted.

mod load;
mod population;
mod restart;
mod shared;
mod sticky;

use std::collections::BTreeMap;

use api_types::paths;
use domain::Role;
use e2e::{Actor, Affinity, Company, LoadBalancer, Reply, Server, ServerConfig};
use futures_util::future::join_all;

/// Two nodes behind a load balancer.
struct TwoNodes {
    nodes: [Server; 2],
    load_balancer: LoadBalancer,
    /// The configuration of both nodes.
    config: ServerConfig,
}

impl TwoNodes {
    async fn start(config: &ServerConfig, affinity: Affinity) -> Self {
        // The nodes see every client at the address of the load balancer, which names them in `X-Forwarded-For`.
        let config = config.clone().with("WATERTIGHT_TRUSTED_PROXIES", "127.0.0.0/8");
        let nodes: [Server; 2] = tokio::join!(config.start(), config.start()).into();
        let load_balancer = LoadBalancer::start([&nodes[0], &nodes[1]], affinity).await;
        Self { nodes, load_balancer, config }
    }

    /// A browser of a user who has just signed in.
    async fn signed_in(&self, company: &Company, role: Role) -> Browser {
        let visitor = company.visitor_on(&self.nodes[0]).behind(&self.load_balancer);
        let mut browser = Browser { actor: visitor, cookies: BTreeMap::new() };
        let request = browser.actor.sign_in(&company.email_of(role), e2e::PASSWORD);
        browser.keep(&request.expect(201).await);
        browser
    }

    /// Browsers of users who have signed in one after the other.
    async fn several_signed_in(&self, company: &Company, number: usize) -> Vec<Browser> {
        let mut browsers = Vec::new();
        for _ in 0..number {
            browsers.push(self.signed_in(company, Role::HrAdmin).await);
        }
        browsers
    }

    /// Kills the node with this name, like a crash.
    fn kill(&self, name: &str) {
        self.nodes[index_of(name)].kill();
    }
}

/// A client that keeps the cookies that it gets, of the product and of the load balancer.
#[derive(Clone)]
struct Browser {
    actor: Actor,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Asks who is signed in, with all cookies.
    async fn ask(&mut self) -> Reply {
        let reply = self.ask_with(|_| true).await;
        self.keep(&reply);
        reply
    }

    /// Asks who is signed in, with the cookies that `sends` chooses by name. Keeps none of the reply's.
    async fn ask_with(&self, sends: impl Fn(&str) -> bool) -> Reply {
        let sent = self.cookies.iter().filter(|(name, _)| sends(name));
        let sent: Vec<String> = sent.map(|(name, value)| format!("{name}={value}")).collect();
        self.actor.get(paths::SESSION).cookie(&sent.join("; ")).without_retry().send().await
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.set_cookies() {
            self.cookies.insert(cookie.name, cookie.value);
        }
    }
}

/// How many replies came from each node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct NodeCounts([usize; 2]);

impl NodeCounts {
    fn count(&mut self, reply: &Reply) {
        self.0[index_of(reply.node())] += 1;
    }
}

/// The place of a node in the list of both.
fn index_of(name: &str) -> usize {
    LoadBalancer::NODES.iter().position(|node| *node == name).unwrap()
}

/// The nodes at which the browsers' next requests arrive, all of them signed in.
async fn nodes_of(browsers: &mut [Browser]) -> Vec<String> {
    let asked = join_all(browsers.iter_mut().map(Browser::ask)).await;
    assert!(asked.iter().all(|reply| reply.status == 200), "the control: all are signed in");
    asked.iter().map(|reply| reply.node().to_owned()).collect()
}
