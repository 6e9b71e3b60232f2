//! What came of showing a token, and how it is drawn.

use leptos::prelude::*;

use crate::client::{Answer, Failure};

/// What came of showing a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing yet.
    Waiting,
    /// The server did what was asked.
    Accepted {
        /// The HTTP status.
        status: u16,
        /// What came.
        words: String,
    },
    /// The server said no, and why.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's word for it, such as `invalid_token`.
        error: String,
        /// The server's reason.
        words: String,
    },
    /// Neither: nothing came, or a failure that says nothing about the token.
    Lost {
        /// What happened.
        words: String,
        /// Finds the request in the log.
        request_id: Option<String>,
    },
}

/// What it would be good to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Neither is better: it is to be learned.
    Either,
    /// A refusal.
    Refusal,
}

impl Outcome {
    /// What an answer means. `told` says in a few words what came.
    pub(super) fn of(answer: Result<Answer, Failure>, told: impl FnOnce(&str) -> String) -> Self {
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => return Self::lost(failure.headline()),
        };
        let status = answer.status;
        if answer.is_good() {
            return Self::Accepted { status, words: told(&answer.body) };
        }
        let words = answer.reason().unwrap_or_default();
        // Only these speak of the token; the rest is trouble of another kind.
        if matches!(status, 400 | 401 | 403) {
            return Self::Refused { status, error: answer.error().unwrap_or_default(), words };
        }
        Self::Lost { words: format!("Status {status}. {words}"), request_id: answer.request_id }
    }

    /// Nothing came.
    pub(super) fn lost(words: impl Into<String>) -> Self {
        Self::Lost { words: words.into(), request_id: None }
    }

    /// Whether the token was refused; nothing if that is not known.
    pub(super) fn is_refused(&self) -> Option<bool> {
        match self {
            Self::Accepted { .. } => Some(false),
            Self::Refused { .. } => Some(true),
            Self::Waiting | Self::Lost { .. } => None,
        }
    }

    /// Whether it was refused as a bad token is (RFC 6750 §3.1); nothing if that is not known.
    pub(super) fn is_refused_as_invalid(&self) -> Option<bool> {
        match self {
            Self::Refused { status, error, .. } => Some(*status == 401 && error == "invalid_token"),
            other => other.is_refused(),
        }
    }

    /// For the tag, and for who listens.
    pub(super) fn headline(&self) -> String {
        match self {
            Self::Waiting => "Asking …".to_owned(),
            Self::Accepted { status, .. } => format!("Accepted {status}"),
            Self::Refused { status, .. } => format!("Refused {status}"),
            Self::Lost { .. } => "No answer".to_owned(),
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Waiting => "",
            Self::Accepted { words, .. }
            | Self::Refused { words, .. }
            | Self::Lost { words, .. } => words,
        }
    }

    fn class(&self, wish: Wish) -> &'static str {
        match (self, wish) {
            (Self::Waiting, _) => "tag",
            (Self::Accepted { .. }, Wish::Either) | (Self::Refused { .. }, Wish::Refusal) => {
                "tag good"
            }
            (Self::Accepted { .. }, Wish::Refusal) => "tag bad",
            (Self::Refused { .. }, Wish::Either) | (Self::Lost { .. }, _) => "tag warn",
        }
    }
}

/// What came: a tag, and the server's words.
#[component]
pub(super) fn Verdict(
    /// What came.
    outcome: Outcome,
    /// What it would be good to see.
    wish: Wish,
) -> impl IntoView {
    let id = match &outcome {
        Outcome::Lost { request_id, .. } => request_id.clone(),
        _ => None,
    };
    view! {
        <span class="verdict" data-test="verdict">
            <span class=outcome.class(wish)>{outcome.headline()}</span>
            <span class="verdict-words">{outcome.words().to_owned()}</span>
            {id.map(|id| view! { <span class="request-id">"Request "<span>{id}</span></span> })}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, error: &str) -> Outcome {
        Outcome::Refused { status, error: error.into(), words: String::new() }
    }

    /// T4a: only a 401 with `invalid_token` counts as an attack that was seen through.
    #[test]
    fn only_invalid_token_counts_against_a_token() {
        assert_eq!(refused(401, "invalid_token").is_refused_as_invalid(), Some(true));
        assert_eq!(refused(403, "insufficient_scope").is_refused_as_invalid(), Some(false));
        let accepted = Outcome::Accepted { status: 200, words: String::new() };
        assert_eq!(accepted.is_refused_as_invalid(), Some(false));
        assert_eq!(Outcome::lost("silence").is_refused_as_invalid(), None);
    }

    #[test]
    fn an_attack_that_succeeds_is_never_drawn_as_good() {
        let accepted = Outcome::Accepted { status: 200, words: String::new() };
        assert_eq!(
            (accepted.class(Wish::Refusal), accepted.class(Wish::Either)),
            ("tag bad", "tag good")
        );
        assert_eq!(refused(401, "").class(Wish::Refusal), "tag good");
        assert_eq!(Outcome::lost("").class(Wish::Refusal), "tag warn");
    }
}
