//! The clients of `just nodes`, which its page shows: here they run against the nodes and the load balancer of a test.

use std::{collections::BTreeSet, time::Duration};

use dev::clients::{Account, ClientView, Pace, Population, Term};
use domain::Role;
use e2e::{Affinity, Company, PASSWORD, ServerConfig, Stack, until};
use tokio::sync::watch;

use super::TwoNodes;

/// How many clients there are.
const CLIENTS: usize = 8;
/// How many more lists of employees each client gets after a change, before a test looks at the counts.
const MORE_ANSWERS: u64 = 4;
/// Faster than at the page, but still one request after the other.
const PACE: Pace = Pace {
    request: Duration::from_millis(200),
    sign_in_again: Duration::from_millis(200),
    stagger: Duration::from_millis(50),
};

/// A population of one company's users, and the nodes that answer it.
struct Demonstration {
    nodes: TwoNodes,
    population: Population,
    _term: watch::Sender<Term>,
}

impl Demonstration {
    /// Starts nodes and clients, and waits until every client is signed in and has sent several requests.
    async fn start(config: &ServerConfig, affinity: Affinity) -> Self {
        let acme = Company::fresh(Stack::get().await).await;
        let nodes = TwoNodes::start(config, affinity).await;
        let accounts = (0..CLIENTS).map(|_| account_of(&acme, &nodes)).collect();
        let term = watch::Sender::new(Term::default());
        let address = nodes.load_balancer.address;
        let population = Population::start(address, accounts, PACE, &term.subscribe());
        let started = Self { nodes, population, _term: term };
        started.wait_for_answers("the clients to sign in").await;
        started
    }

    fn clients(&self) -> Vec<ClientView> {
        self.population.journal().snapshot().clients
    }

    /// Waits until every client is signed in and has got several more lists.
    async fn wait_for_answers(&self, what: &str) {
        let before: Vec<u64> = self.clients().iter().map(|client| client.answered).collect();
        let all_got_some = async || {
            let clients = self.clients();
            let mut pairs = clients.iter().zip(&before);
            pairs
                .all(|(client, before)| {
                    client.signed_in && client.answered >= before + MORE_ANSWERS
                })
                .then_some(())
        };
        until(what, Duration::from_mins(1), all_got_some).await;
    }

    /// The indexes of the clients that were signed out at least once.
    fn signed_out(&self) -> BTreeSet<usize> {
        let clients = self.clients().into_iter().enumerate();
        clients.filter(|(_, client)| client.signed_out > 0).map(|(index, _)| index).collect()
    }

    /// The indexes of the clients whose last reply came from this node.
    fn clients_at(&self, node: &str) -> BTreeSet<usize> {
        let clients = self.clients().into_iter().enumerate();
        let at_node = clients.filter(|(_, client)| client.node.as_deref() == Some(node));
        at_node.map(|(index, _)| index).collect()
    }
}

fn account_of(company: &Company, nodes: &TwoNodes) -> Account {
    Account {
        company: company.slug.as_str().to_owned(),
        host: nodes.nodes[0].host(company.slug.as_str()),
        label: "HR admin".to_owned(),
        email: company.email_of(Role::HrAdmin),
        password: PASSWORD.to_owned(),
    }
}

/// S10: with sessions in memory and affinity, the page counts exactly the clients of the node that was ended as signed out, each of them once.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_counts_the_clients_of_an_ended_node_as_signed_out() {
    let config = Stack::get().await.server_config().with_sessions_in_memory();
    let shown = Demonstration::start(&config, Affinity::On).await;
    assert_eq!(shown.signed_out(), BTreeSet::new(), "the control: all stay signed in");
    let at_a = shown.clients_at("a");
    assert!(!at_a.is_empty() && at_a.len() < CLIENTS, "the control: both nodes have clients");
    shown.nodes.kill("a");
    shown.wait_for_answers("the clients to sign in again").await;
    assert_eq!(shown.signed_out(), at_a);
    assert_eq!(shown.clients_at("b").len(), CLIENTS);
    let counts = shown.population.journal().snapshot().counts;
    let number = u64::try_from(at_a.len()).unwrap();
    assert_eq!((counts.signed_out, counts.clients_signed_out), (number, number));
}

/// S10: with sessions in Redis and no affinity, the page counts no client as signed out when a node is ended.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_counts_no_client_as_signed_out_with_sessions_in_redis() {
    let config = Stack::get().await.server_config();
    let shown = Demonstration::start(&config, Affinity::Off).await;
    let [a, b] = shown.population.journal().snapshot().counts.by_node;
    assert!(a > 0 && b > 0, "the control: both nodes answer");
    shown.nodes.kill("a");
    shown.wait_for_answers("replies of the other node").await;
    assert_eq!(shown.signed_out(), BTreeSet::new());
    assert_eq!(shown.clients_at("b").len(), CLIENTS);
    assert_eq!(shown.population.journal().snapshot().counts.signed_out, 0);
}

/// S10: with sessions in memory and no affinity, clients are signed out although no node has ended, and the cookies of the load balancer are not set.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_counts_sign_outs_without_affinity_although_no_node_has_ended() {
    let acme = Company::fresh(Stack::get().await).await;
    let config = Stack::get().await.server_config().with_sessions_in_memory();
    let nodes = TwoNodes::start(&config, Affinity::Off).await;
    let term = watch::Sender::new(Term::default());
    let accounts = vec![account_of(&acme, &nodes); 3];
    let address = nodes.load_balancer.address;
    let population = Population::start(address, accounts, PACE, &term.subscribe());
    let all_signed_out = async || {
        let snapshot = population.journal().snapshot();
        (snapshot.counts.clients_signed_out == 3).then_some(snapshot)
    };
    let snapshot = until("sign-outs", Duration::from_mins(1), all_signed_out).await;
    let cookies: Vec<_> = snapshot.clients.iter().flat_map(|client| &client.cookies).collect();
    assert!(!cookies.is_empty(), "the control: clients have cookies");
    for cookie in cookies {
        assert!(!cookie.name.starts_with("AWSALB"), "{cookie:?}");
        assert_eq!(cookie.value_start.chars().count(), 6, "{cookie:?}");
    }
    assert!(snapshot.counts.by_node.iter().all(|replies| *replies > 0));
}
