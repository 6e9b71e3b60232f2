//! The outcome of sending a token, and how it is shown.

use leptos::prelude::*;

use crate::client::{Answer, Failure};

/// The outcome of sending a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The server has not replied yet.
    Waiting,
    /// The server accepted the request.
    Accepted {
        /// The HTTP status.
        status: u16,
        /// A short summary of the reply.
        words: String,
    },
    /// The server refused the request.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The error code, such as `invalid_token`.
        error: String,
        /// The server's explanation.
        words: String,
    },
    /// No reply, or a failure that says nothing about the token.
    NoReply {
        /// What happened, as a text for the user.
        words: String,
        /// The request's id, to find it in the server's log.
        request_id: Option<String>,
    },
}

/// Which outcome is the desired one. It decides the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// Both are possible: the token may be accepted or refused.
    Either,
    /// Only a refusal is right, as for an attack.
    Refusal,
}

impl Outcome {
    /// Classifies a reply. `summary` summarizes the body if the request was accepted.
    pub(super) fn of(
        answer: Result<Answer, Failure>,
        summary: impl FnOnce(&str) -> String,
    ) -> Self {
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => return Self::no_reply(failure.headline()),
        };
        let status = answer.status;
        if answer.is_good() {
            return Self::Accepted { status, words: summary(&answer.body) };
        }
        let words = answer.reason().unwrap_or_default();
        // Only these statuses say something about the token.
        if matches!(status, 400 | 401 | 403) {
            return Self::Refused { status, error: answer.error().unwrap_or_default(), words };
        }
        Self::NoReply { words: format!("Status {status}. {words}"), request_id: answer.request_id }
    }

    /// A [`Self::NoReply`] without a request id.
    pub(super) fn no_reply(words: impl Into<String>) -> Self {
        Self::NoReply { words: words.into(), request_id: None }
    }

    /// Whether the token was refused; `None` if that is not known.
    pub(super) fn is_refused(&self) -> Option<bool> {
        match self {
            Self::Accepted { .. } => Some(false),
            Self::Refused { .. } => Some(true),
            Self::Waiting | Self::NoReply { .. } => None,
        }
    }

    /// Whether the token was refused as an invalid one (RFC 6750 §3.1); `None` if that is not known.
    pub(super) fn is_refused_as_invalid(&self) -> Option<bool> {
        match self {
            Self::Refused { status, error, .. } => Some(*status == 401 && error == "invalid_token"),
            other => other.is_refused(),
        }
    }

    /// A short text for the tag and for screen readers.
    pub(super) fn headline(&self) -> String {
        match self {
            Self::Waiting => "Sending …".to_owned(),
            Self::Accepted { status, .. } => format!("Accepted {status}"),
            Self::Refused { status, .. } => format!("Refused {status}"),
            Self::NoReply { .. } => "No answer".to_owned(),
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Waiting => "",
            Self::Accepted { words, .. }
            | Self::Refused { words, .. }
            | Self::NoReply { words, .. } => words,
        }
    }

    fn class(&self, expected: Expected) -> &'static str {
        match (self, expected) {
            (Self::Waiting, _) => "tag",
            (Self::Accepted { .. }, Expected::Either)
            | (Self::Refused { .. }, Expected::Refusal) => "tag good",
            (Self::Accepted { .. }, Expected::Refusal) => "tag bad",
            (Self::Refused { .. }, Expected::Either) | (Self::NoReply { .. }, _) => "tag warn",
        }
    }
}

/// An outcome as a tag, with the server's explanation.
#[component]
pub(super) fn Verdict(
    /// The outcome to show.
    outcome: Outcome,
    /// The desired outcome.
    expected: Expected,
) -> impl IntoView {
    let id = match &outcome {
        Outcome::NoReply { request_id, .. } => request_id.clone(),
        _ => None,
    };
    view! {
        <span class="verdict" data-test="verdict">
            <span class=outcome.class(expected)>{outcome.headline()}</span>
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

    /// T4a: an attack counts as refused only after a 401 with `invalid_token`.
    #[test]
    fn only_invalid_token_counts_against_a_token() {
        assert_eq!(refused(401, "invalid_token").is_refused_as_invalid(), Some(true));
        assert_eq!(refused(403, "insufficient_scope").is_refused_as_invalid(), Some(false));
        let accepted = Outcome::Accepted { status: 200, words: String::new() };
        assert_eq!(accepted.is_refused_as_invalid(), Some(false));
        assert_eq!(Outcome::no_reply("silence").is_refused_as_invalid(), None);
    }

    #[test]
    fn an_attack_that_succeeds_is_never_shown_as_good() {
        let accepted = Outcome::Accepted { status: 200, words: String::new() };
        assert_eq!(
            (accepted.class(Expected::Refusal), accepted.class(Expected::Either)),
            ("tag bad", "tag good")
        );
        assert_eq!(refused(401, "").class(Expected::Refusal), "tag good");
        assert_eq!(Outcome::no_reply("").class(Expected::Refusal), "tag warn");
    }
}
