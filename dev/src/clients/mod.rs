//! Clients that use the product as browsers do: each signs in through the load balancer, keeps its cookies and sends a request every second.
//!
//! Nothing is simulated. Which node answered is read from the header `X-Node`, and what it answered from the status.

mod browser;
mod connection;
mod cookies;
mod counts;
mod journal;
mod term;

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::JoinSet, time::sleep};

use browser::Browser;
pub use browser::{Account, Action};
pub use cookies::ShownCookie;
pub use counts::{Counts, Outcome};
pub use journal::{ClientEvent, ClientView, Journal, Snapshot};
pub use term::Term;

/// The times between the requests of a client.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The time from one request to the next, on average.
    pub request: Duration,
    /// The time after which the first client that was signed out signs in again.
    pub sign_in_again: Duration,
    /// The time from one client's first request, or next sign-in, to that of the next client. Passwords are slow to check, so not all sign in at once.
    pub stagger: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(1),
            sign_in_again: Duration::from_secs(4),
            // Requests that are sent every second are then spread over the second.
            stagger: Duration::from_millis(120),
        }
    }
}

/// A number of clients that send requests until this value is dropped.
#[derive(Debug)]
pub struct Population {
    journal: Arc<Journal>,
    _tasks: JoinSet<()>,
}

impl Population {
    /// Starts one client for each account. All connect to `load_balancer`. `term` says which sessions are valid and whether a switch is under way.
    pub fn start(
        load_balancer: SocketAddr,
        accounts: Vec<Account>,
        pace: Pace,
        term: &watch::Receiver<Term>,
    ) -> Self {
        let journal = Arc::new(Journal::of(&accounts));
        let mut tasks = JoinSet::new();
        for (index, account) in (0..).zip(accounts) {
            let client = Client {
                index,
                browser: Browser::new(load_balancer, account),
                request: pace.request,
                stagger: pace.stagger * u32::try_from(index).unwrap_or_default(),
                sign_in_again: pace.sign_in_again,
                term: term.clone(),
                journal: Arc::clone(&journal),
                signed_in_at: None,
            };
            tasks.spawn(client.run());
        }
        Self { journal, _tasks: tasks }
    }

    /// What the clients have done so far, and their next events.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }
}

/// One client of the population.
struct Client {
    index: usize,
    browser: Browser,
    request: Duration,
    sign_in_again: Duration,
    /// How much later than the first client this one begins, and signs in again.
    stagger: Duration,
    term: watch::Receiver<Term>,
    journal: Arc<Journal>,
    /// The term in which the client signed in; `None` while it is signed out.
    signed_in_at: Option<Term>,
}

impl Client {
    async fn run(mut self) {
        sleep(self.stagger).await;
        loop {
            let begun = Instant::now();
            let pause = match self.send_request().await {
                Outcome::SignedOut | Outcome::StoreChanged => self.sign_in_again + self.stagger,
                _ => self.request,
            };
            sleep(varied(pause).saturating_sub(begun.elapsed())).await;
        }
    }

    /// Sends the next request: a list if the client is signed in, otherwise a sign-in.
    async fn send_request(&mut self) -> Outcome {
        let before = *self.term.borrow();
        let action = if self.signed_in_at.is_some() { Action::List } else { Action::SignIn };
        let reply = self.browser.send(action).await;
        let after = *self.term.borrow();
        let outcome = Outcome::of(action, reply.status, self.signed_in_at, before, after);
        match (action, reply.status) {
            (Action::SignIn, Some(201)) => self.signed_in_at = Some(before),
            (Action::List, Some(401)) => self.signed_in_at = None,
            _ => {}
        }
        let signed_in = self.signed_in_at.is_some();
        self.journal.record(self.index, action, &reply, outcome, signed_in);
        if reply.cookies_changed {
            self.journal.set_cookies(self.index, self.browser.shown_cookies());
        }
        outcome
    }
}

/// A time between 80 % and 120 % of this one. Clients in step would let every request of a client arrive at the same node, even without affinity.
fn varied(time: Duration) -> Duration {
    let thousandths = 800 + getrandom::u32().unwrap_or_default() % 401;
    time * thousandths / 1000
}
