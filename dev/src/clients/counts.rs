//! What became of a request, and how requests are counted.

use serde::Serialize;

use super::{browser::Action, term::Term};

/// What became of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A node answered with the list.
    Answered,
    /// A node accepted the sign-in.
    SignedIn,
    /// A node answered 401: it does not find the client's session, although the session store is the same as at the sign-in.
    SignedOut,
    /// A node answered 401, because the session store was replaced after the sign-in.
    StoreChanged,
    /// There was no reply, or one with another status.
    Failed,
    /// The request was refused or failed while a switch was under way.
    DuringSwitch,
}

impl Outcome {
    /// Judges a reply. `before` and `after` are the terms at the begin and at the end of the request.
    pub(super) fn of(
        action: Action,
        status: Option<u16>,
        signed_in_at: Option<Term>,
        before: Term,
        after: Term,
    ) -> Self {
        let store_changed = signed_in_at.is_some_and(|term| term.store != after.store);
        match (action, status) {
            (Action::List, Some(200)) => Self::Answered,
            (Action::SignIn, Some(201)) => Self::SignedIn,
            (Action::List, Some(401)) if store_changed => Self::StoreChanged,
            _ if before.switching || before != after => Self::DuringSwitch,
            (Action::List, Some(401)) => Self::SignedOut,
            _ => Self::Failed,
        }
    }
}

/// The numbers of requests since the last switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Requests that were sent, sign-ins included.
    pub requests: u64,
    /// Requests without a reply, or with an unexpected status.
    pub failed: u64,
    /// Requests that were answered 401 although the session store is the same as at the sign-in.
    pub signed_out: u64,
    /// Clients that were signed out at least once.
    pub clients_signed_out: u64,
    /// Clients that were signed out because the session store was replaced.
    pub store_changed: u64,
    /// Requests that were refused or failed while a switch was under way.
    pub during_switch: u64,
    /// Replies of the nodes `a` and `b`.
    pub by_node: [u64; 2],
}

impl Counts {
    /// Counts one request. `node` is the index of the node that replied; `first`: whether it is the client's first sign-out.
    pub(super) fn add(&mut self, outcome: Outcome, node: Option<usize>, first: bool) {
        self.requests += 1;
        match outcome {
            Outcome::Answered | Outcome::SignedIn => {}
            Outcome::SignedOut => {
                self.signed_out += 1;
                self.clients_signed_out += u64::from(first);
            }
            Outcome::StoreChanged => self.store_changed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::DuringSwitch => self.during_switch += 1,
        }
        if let Some(replies) = node.and_then(|node| self.by_node.get_mut(node)) {
            *replies += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Term = Term { switches: 0, store: 0, switching: false };

    fn list(status: u16, before: Term, after: Term) -> Outcome {
        Outcome::of(Action::List, Some(status), Some(FIRST), before, after)
    }

    #[test]
    fn a_401_of_the_same_store_is_a_sign_out() {
        assert_eq!(list(401, FIRST, FIRST), Outcome::SignedOut);
        assert_eq!(list(200, FIRST, FIRST), Outcome::Answered);
        assert_eq!(list(503, FIRST, FIRST), Outcome::Failed);
    }

    #[test]
    fn a_401_after_the_store_was_replaced_is_no_sign_out() {
        let during = FIRST.begin_switch(true);
        let after = during.end_switch(true);
        for (before, after) in [(FIRST, during), (during, after), (after, after)] {
            assert_eq!(list(401, before, after), Outcome::StoreChanged);
        }
    }

    #[test]
    fn a_failure_during_a_switch_is_counted_apart() {
        let during = FIRST.begin_switch(false);
        let after = during.end_switch(false);
        for (before, after) in [(FIRST, during), (during, during), (during, after), (FIRST, after)]
        {
            assert_eq!(list(503, before, after), Outcome::DuringSwitch);
            assert_eq!(list(401, before, after), Outcome::DuringSwitch);
            assert_eq!(list(200, before, after), Outcome::Answered);
        }
        assert_eq!(list(503, after, after), Outcome::Failed);
    }

    #[test]
    fn a_refused_sign_in_is_a_failure() {
        let sign_in = |status| Outcome::of(Action::SignIn, status, None, FIRST, FIRST);
        assert_eq!(sign_in(Some(201)), Outcome::SignedIn);
        assert_eq!(sign_in(Some(401)), Outcome::Failed);
        assert_eq!(sign_in(None), Outcome::Failed);
    }

    #[test]
    fn a_client_is_counted_once_however_often_it_is_signed_out() {
        let mut counts = Counts::default();
        counts.add(Outcome::SignedOut, Some(1), true);
        counts.add(Outcome::SignedOut, Some(1), false);
        counts.add(Outcome::Failed, None, false);
        let expected = Counts {
            requests: 3,
            failed: 1,
            signed_out: 2,
            clients_signed_out: 1,
            by_node: [0, 2],
            ..Counts::default()
        };
        assert_eq!(counts, expected);
    }
}
