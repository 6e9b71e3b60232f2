//! Attempts to sign in, one at a time, and their result.

use api_types::{Code, DemoAccount, NewSession};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_url},
};

use super::query_parameter;
use crate::{
    client::{Client, Failure},
    return_path::{AfterSignIn, after_sign_in},
    session::Viewer,
    text::role_label,
};

/// Signs in and goes to the next page, or keeps the reason of the refusal. A handle: copies share one state.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    /// Whether the server is checking a password.
    pub(super) busy: RwSignal<bool>,
    /// The role of the demo account that is being signed in; empty if there is none.
    pub(super) demo_role: RwSignal<String>,
    /// Why the last attempt failed; empty if none has.
    pub(super) error_text: RwSignal<String>,
    /// Whether the server is asked if the device stays signed in.
    pub(super) resuming: RwSignal<bool>,
    /// Seconds to wait before the next attempt is allowed.
    pub(super) wait: RwSignal<u32>,
    client: Client,
    viewer: Viewer,
    on_signed_in: Callback<()>,
}

impl Attempt {
    /// The state before the first attempt.
    pub(super) fn new() -> Self {
        let navigate = use_navigate();
        let url = use_url();
        let on_signed_in = Callback::new(move |()| {
            let next = query_parameter(&url.read_untracked(), "next");
            // Replaces the sign-in page in the history, so that Back does not return to it.
            match after_sign_in(next.as_deref()) {
                AfterSignIn::Page(path) => {
                    navigate(path, NavigateOptions { replace: true, ..NavigateOptions::default() });
                }
                // Fails only for an invalid URL; this one is valid.
                AfterSignIn::Document(path) => {
                    let _ = window().location().replace(path);
                }
            }
        });
        Self {
            busy: RwSignal::new(false),
            demo_role: RwSignal::new(String::new()),
            error_text: RwSignal::new(String::new()),
            resuming: RwSignal::new(false),
            wait: RwSignal::new(0),
            client: expect_context(),
            viewer: expect_context(),
            on_signed_in,
        }
    }

    /// Signs in with a demo account.
    pub(super) fn sign_in_demo(self, account: &DemoAccount) {
        self.demo_role.set(role_label(account.role).to_owned());
        self.sign_in(NewSession {
            email: account.email.clone(),
            password: account.password.clone(),
            remember_me: false,
        });
    }

    /// Signs in without a password if the device stays signed in. The form appears when it does not.
    pub(super) fn resume(self) {
        self.resuming.set(true);
        spawn_local(async move {
            let resumed = self.client.resume().await;
            // The user may have left the page.
            if self.resuming.try_set(false).is_some() {
                return;
            }
            if let Ok(Some(session)) = resumed {
                self.viewer.welcome(session);
                self.on_signed_in.run(());
            }
        });
    }

    /// Signs in with this e-mail address and password. Does nothing while another attempt is running.
    pub(super) fn sign_in(self, account: NewSession) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error_text.set(String::new());
        spawn_local(async move {
            match self.client.sign_in(&account).await {
                Ok(session) => {
                    self.viewer.welcome(session);
                    self.on_signed_in.run(());
                }
                Err(failure) => self.refuse(&failure),
            }
        });
    }

    fn refuse(self, failure: &Failure) {
        self.busy.set(false);
        self.demo_role.set(String::new());
        self.wait.set(failure.retry_after());
        self.error_text.set(reason(failure));
    }
}

/// The text for a refusal. It does not say whether the e-mail address or the password is wrong, so that it does not reveal who has an account.
fn reason(failure: &Failure) -> String {
    match failure.code() {
        Some(Code::WrongCredentials) => {
            "E-mail or password is wrong. Check both: capital letters matter in the password."
                .into()
        }
        Some(Code::TooManyRequests) => {
            format!("Too many attempts. Try again in {}.", in_words(failure.retry_after()))
        }
        _ => format!("{}. {}", failure.headline(), failure.advice()),
    }
}

/// A time to wait in words: a moment, seconds, or minutes rounded up.
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

    /// G2: a user who is throttled is told how long to wait.
    #[test]
    fn a_time_to_wait_is_shown_in_words() {
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
