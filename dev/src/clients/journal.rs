//! What the clients have done: their present state, the counts, and a stream of events.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::broadcast;

use super::{
    browser::{Account, Action, Reply},
    cookies::ShownCookie,
    counts::{Counts, Outcome},
};

/// How many events a slow reader may be behind. After that it has to take a new snapshot.
const BUFFERED_EVENTS: usize = 256;

/// The names of the nodes, as the load balancer writes them into `X-Node`.
const NODES: [&str; 2] = ["a", "b"];

/// The present state of one client.
#[derive(Clone, Debug, Serialize)]
pub struct ClientView {
    /// The company's name in the host.
    pub company: String,
    /// The user's name or role.
    pub label: String,
    /// Whether the client is signed in, as far as it knows.
    pub signed_in: bool,
    /// The node that answered the last request; `None` if none did.
    pub node: Option<String>,
    /// The replies since the last switch.
    pub replies: u64,
    /// How many lists of employees it has got since the last switch.
    pub answered: u64,
    /// The sign-outs since the last switch.
    pub signed_out: u64,
    /// The cookies with shortened values.
    pub cookies: Vec<ShownCookie>,
}

/// The state of all clients at one moment.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    /// The clients in the order of their numbers.
    pub clients: Vec<ClientView>,
    /// The counts since the last switch.
    pub counts: Counts,
}

/// A change of the state of one client.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientEvent {
    /// A request was answered, or failed.
    Request {
        /// The index of the client.
        client: usize,
        /// What the client asked for.
        action: Action,
        /// The node that answered.
        node: Option<String>,
        /// The status of the reply.
        status: Option<u16>,
        /// What became of the request.
        outcome: Outcome,
        /// Whether the client is signed in after it.
        signed_in: bool,
        /// The counts after this request.
        counts: Counts,
    },
    /// A reply changed the cookies of a client.
    Cookies {
        /// The index of the client.
        client: usize,
        /// All cookies of the client.
        cookies: Vec<ShownCookie>,
    },
    /// The counts were reset, because the settings changed.
    Reset,
}

/// Collects what the clients do.
#[derive(Debug)]
pub struct Journal {
    state: Mutex<Snapshot>,
    events: broadcast::Sender<ClientEvent>,
}

impl Journal {
    pub(super) fn of(accounts: &[Account]) -> Self {
        let client = |account: &Account| ClientView {
            company: account.company.clone(),
            label: account.label.clone(),
            signed_in: false,
            node: None,
            replies: 0,
            answered: 0,
            signed_out: 0,
            cookies: Vec::new(),
        };
        let clients = accounts.iter().map(client).collect();
        let state = Mutex::new(Snapshot { clients, counts: Counts::default() });
        Self { state, events: broadcast::channel(BUFFERED_EVENTS).0 }
    }

    /// The present state.
    pub fn snapshot(&self) -> Snapshot {
        self.lock().clone()
    }

    /// The present state, and all events after it.
    pub fn subscribe(&self) -> (Snapshot, broadcast::Receiver<ClientEvent>) {
        // Events are sent under the same lock, so none is missing and none comes twice.
        let state = self.lock();
        (state.clone(), self.events.subscribe())
    }

    /// Begins to count again, because the settings changed.
    pub fn reset(&self) {
        let mut state = self.lock();
        state.counts = Counts::default();
        for client in &mut state.clients {
            (client.replies, client.answered, client.signed_out) = (0, 0, 0);
        }
        self.send(ClientEvent::Reset);
    }

    pub(super) fn record(
        &self,
        index: usize,
        action: Action,
        reply: &Reply,
        outcome: Outcome,
        signed_in: bool,
    ) {
        let mut state = self.lock();
        let Snapshot { clients, counts } = &mut *state;
        let Some(client) = clients.get_mut(index) else { return };
        client.signed_in = signed_in;
        client.node.clone_from(&reply.node);
        client.replies += u64::from(reply.status.is_some());
        client.answered += u64::from(outcome == Outcome::Answered);
        client.signed_out += u64::from(outcome == Outcome::SignedOut);
        let node = NODES.iter().position(|name| reply.node.as_deref() == Some(name));
        counts.add(outcome, node, client.signed_out == 1);
        self.send(ClientEvent::Request {
            client: index,
            action,
            node: reply.node.clone(),
            status: reply.status,
            outcome,
            signed_in,
            counts: *counts,
        });
    }

    pub(super) fn set_cookies(&self, index: usize, cookies: Vec<ShownCookie>) {
        let mut state = self.lock();
        let Some(client) = state.clients.get_mut(index) else { return };
        client.cookies.clone_from(&cookies);
        self.send(ClientEvent::Cookies { client: index, cookies });
    }

    fn send(&self, event: ClientEvent) {
        let _no_reader = self.events.send(event);
    }

    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
