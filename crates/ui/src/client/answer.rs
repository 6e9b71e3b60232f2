//! An answer as it came, refusals included: for whoever wants to show it rather than act on it.

use std::sync::Arc;

use serde::Deserialize;

use super::read;

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Why a token was refused (RFC 6750 §3): `WWW-Authenticate`.
    pub(super) challenge: Option<String>,
    /// Finds the request in the log.
    pub(crate) request_id: Option<String>,
    /// The body.
    pub(crate) body: Arc<str>,
}

/// Where a refusal says why, by RFC 9457 and by RFC 6749 §5.2.
#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

impl Answer {
    /// Whether the server did what was asked.
    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The server's word for what is wrong: `invalid_token`.
    pub(crate) fn error(&self) -> Option<String> {
        let challenged = self.challenge.as_deref().and_then(|text| parameter(text, "error"));
        challenged.map(str::to_owned).or_else(|| self.why()?.error)
    }

    /// The server's reason, in its own words.
    pub(crate) fn reason(&self) -> Option<String> {
        let challenge = self.challenge.as_deref();
        if let Some(reason) = challenge.and_then(|text| parameter(text, "error_description")) {
            return Some(reason.to_owned());
        }
        let why = self.why()?;
        why.detail.or(why.error_description)
    }

    fn why(&self) -> Option<Why> {
        read(&self.body).ok()
    }
}

/// A quoted parameter of a challenge. Ours hold no quotes, so none is escaped.
fn parameter<'c>(challenge: &'c str, name: &str) -> Option<&'c str> {
    let mut rest = challenge;
    while let Some((before, after)) = rest.split_once("=\"") {
        let (value, next) = after.split_once('"')?;
        if before.rsplit([' ', ',']).next() == Some(name) {
            return Some(value);
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_tells_error_and_reason_apart() {
        let challenge =
            r#"Bearer error="invalid_token", error_description="the signature does not hold""#;
        assert_eq!(parameter(challenge, "error"), Some("invalid_token"));
        assert_eq!(parameter(challenge, "error_description"), Some("the signature does not hold"));
        assert_eq!(parameter(challenge, "scope"), None);
    }

    #[test]
    fn what_is_no_challenge_tells_nothing() {
        for odd in ["Bearer", "", "Bearer error=\"half", "Bearer xerror=\"a\""] {
            assert_eq!(parameter(odd, "error"), None, "{odd}");
        }
    }
}
