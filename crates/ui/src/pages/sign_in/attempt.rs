//! One attempt to sign in at a time, and what came of it.

use api_types::{Code, DemoAccount, NewSession};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_url},
};

use super::asked;
use crate::{
    client::{Client, Failure},
    return_path::{Onward, after_sign_in},
    session::Viewer,
    text::role_label,
};

/// Signs in and goes on, or says why not. A handle: copies are of the same attempt.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    /// Whether the server is checking a password.
    pub(super) busy: RwSignal<bool>,
    /// As what the demo account that was clicked is coming in; empty while none is.
    pub(super) coming_in: RwSignal<String>,
    /// Why the last attempt failed; empty if none has.
    pub(super) refused: RwSignal<String>,
    /// Seconds to wait before the next attempt is allowed.
    pub(super) wait: RwSignal<u32>,
    client: Client,
    viewer: Viewer,
    go_on: Callback<()>,
}

impl Attempt {
    /// No attempt yet.
    pub(super) fn new() -> Self {
        let navigate = use_navigate();
        let url = use_url();
        let go_on = Callback::new(move |()| {
            let next = asked(&url.read_untracked(), "next");
            // The sign-in page is replaced, so that Back does not lead to it.
            match after_sign_in(next.as_deref()) {
                Onward::Page(path) => {
                    navigate(path, NavigateOptions { replace: true, ..NavigateOptions::default() });
                }
                // Fails only for an address that cannot be parsed; this one can.
                Onward::Document(path) => {
                    let _ = window().location().replace(path);
                }
            }
        });
        Self {
            busy: RwSignal::new(false),
            coming_in: RwSignal::new(String::new()),
            refused: RwSignal::new(String::new()),
            wait: RwSignal::new(0),
            client: expect_context(),
            viewer: expect_context(),
            go_on,
        }
    }

    /// Signs in as an account of the demonstration.
    pub(super) fn as_demo(self, account: &DemoAccount) {
        self.coming_in.set(role_label(account.role).to_owned());
        self.with(NewSession { email: account.email.clone(), password: account.password.clone() });
    }

    /// Signs in with what was typed.
    pub(super) fn with(self, account: NewSession) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(String::new());
        spawn_local(async move {
            match self.client.sign_in(&account).await {
                Ok(session) => {
                    self.viewer.welcome(session);
                    self.go_on.run(());
                }
                Err(failure) => self.refuse(&failure),
            }
        });
    }

    fn refuse(self, failure: &Failure) {
        self.busy.set(false);
        self.coming_in.set(String::new());
        self.wait.set(failure.retry_after());
        self.refused.set(reason(failure));
    }
}

/// Which of e-mail and password is wrong is not said, so that nobody learns who has an account here.
fn reason(failure: &Failure) -> String {
    match failure.code() {
        Some(Code::WrongCredentials) => {
            "E-mail or password is wrong. Check both; capitals count in the password.".into()
        }
        Some(Code::TooManyRequests) => {
            format!("Too many attempts. Try again in {}.", in_words(failure.retry_after()))
        }
        _ => format!("{}. {}", failure.headline(), failure.advice()),
    }
}

/// A time to wait as people say it: a moment, seconds, or minutes.
fn in_words(seconds: u32) -> String {
    match seconds {
        0 | 1 => "a moment".to_owned(),
        2..=119 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G2: a person who is slowed down is told for how long.
    #[test]
    fn a_time_to_wait_is_told_in_words() {
        for (seconds, words) in
            [(1, "a moment"), (90, "90 seconds"), (120, "2 minutes"), (121, "3 minutes")]
        {
            assert_eq!(in_words(seconds), words);
        }
    }

    #[test]
    fn a_server_that_does_not_answer_is_not_called_a_wrong_password() {
        assert_eq!(
            reason(&Failure::Unreachable),
            "The server does not answer. Check your connection, then try again."
        );
    }
}
