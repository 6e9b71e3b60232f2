//! A reply as received, refusals included. The tokens page uses it to show replies instead of acting on them.

use std::sync::Arc;

use serde::Deserialize;

use super::read;

/// A reply as received; a refusal is not an error here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The header `WWW-Authenticate`, which says why a token was refused (RFC 6750 §3).
    pub(super) challenge: Option<String>,
    /// The request's id, to find it in the server's log.
    pub(crate) request_id: Option<String>,
    /// The body as text.
    pub(crate) body: Arc<str>,
}

/// The members of a refusal that explain it: `detail` (RFC 9457), `error` and `error_description` (RFC 6749 §5.2).
#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

impl Answer {
    /// Whether the status is 2xx.
    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The error code, such as `invalid_token`: from the challenge, otherwise from the body.
    pub(crate) fn error(&self) -> Option<String> {
        let challenged = self.challenge.as_deref().and_then(|text| parameter(text, "error"));
        challenged.map(str::to_owned).or_else(|| self.error_body()?.error)
    }

    /// The server's explanation: from the challenge, otherwise from the body.
    pub(crate) fn reason(&self) -> Option<String> {
        let challenge = self.challenge.as_deref();
        if let Some(reason) = challenge.and_then(|text| parameter(text, "error_description")) {
            return Some(reason.to_owned());
        }
        let error_body = self.error_body()?;
        error_body.detail.or(error_body.error_description)
    }

    fn error_body(&self) -> Option<ErrorBody> {
        read(&self.body).ok()
    }
}

/// The value of a quoted parameter of a challenge. The server's values contain no quotes, so escapes are not handled.
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
            r#"Bearer error="invalid_token", error_description="the token has expired""#;
        assert_eq!(parameter(challenge, "error"), Some("invalid_token"));
        assert_eq!(parameter(challenge, "error_description"), Some("the token has expired"));
        assert_eq!(parameter(challenge, "scope"), None);
    }

    #[test]
    fn a_malformed_challenge_has_no_error() {
        for odd in ["Bearer", "", "Bearer error=\"half", "Bearer xerror=\"a\""] {
            assert_eq!(parameter(odd, "error"), None, "{odd}");
        }
    }
}
