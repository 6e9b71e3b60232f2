//! Errors for requests whose token is missing, refused or insufficient (RFC 6750 section 3).

use api_types::Code;
use domain::{AccessScope, Permission};
use token::InvalidToken;

use super::ApiError;

/// Why a token is refused, as far as protocols distinguish it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenRefusal {
    /// The token was valid and has expired.
    Expired,
    /// The sign-in that the token comes from was revoked.
    Revoked,
    /// Any other reason.
    Invalid,
}

impl ApiError {
    /// The token failed verification. The reply says why, because only the holder of the token sees it.
    pub(crate) fn refused_token(reason: InvalidToken) -> Self {
        let bad = if reason == InvalidToken::Expired {
            TokenRefusal::Expired
        } else {
            TokenRefusal::Invalid
        };
        Self { bad_token: Some(bad), ..Self::invalid_token(&reason.to_string()) }
    }

    /// The `Authorization` header contains no bearer token. `why` says what is wrong with it, without a full stop at the end.
    pub(crate) fn no_bearer(why: &str) -> Self {
        let detail = format!(
            "Invalid `Authorization`: {why}. Send one header `Authorization: Bearer <access token>`, or none and a session cookie."
        );
        let challenge = Some("Bearer error=\"invalid_request\"".to_owned());
        Self { challenge, ..Self::with_detail(Code::InvalidToken, detail) }
    }

    /// The route requires a token, and the request has none.
    pub(crate) fn missing_token() -> Self {
        let detail =
            "The request has no access token: send `Authorization: Bearer <access token>`.";
        let challenge = Some("Bearer".to_owned());
        Self { challenge, ..Self::with_detail(Code::InvalidToken, detail) }
    }

    /// The token was valid, but its sign-in was revoked, or its user may no longer sign in.
    pub(crate) fn revoked_token() -> Self {
        let bad_token = Some(TokenRefusal::Revoked);
        Self { bad_token, ..Self::invalid_token("the token was revoked") }
    }

    /// The token is valid, but the company has linked none of its accounts to the token's subject (row T11).
    pub(crate) fn unlinked_token() -> Self {
        Self::invalid_token("the subject of the token is linked to no account here")
    }

    /// The token is valid, but for another company.
    pub(crate) fn foreign_token() -> Self {
        Self::invalid_token("the token was issued for another company than the host names")
    }

    /// The role has every permission in `needed`, and the token lacks the scopes of those in `missing`.
    ///
    /// The challenge lists every scope that the request needs, so that a client can ask for a token with just that list (RFC 6750 section 3); the
    /// detail lists the missing ones.
    pub(crate) fn insufficient_scope(needed: &[Permission], missing: &[Permission]) -> Self {
        Self::missing(&scopes_of(needed), &scopes_of(missing))
    }

    /// The token does not have this scope, and no other scope replaces it.
    pub(crate) fn missing_scope(scope: AccessScope) -> Self {
        Self::missing(&[scope.as_str()], &[scope.as_str()])
    }

    fn missing(needed: &[&str], missing: &[&str]) -> Self {
        let challenge =
            format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", needed.join(" "));
        let detail = match missing {
            [only] => format!("The token does not have the scope `{only}`."),
            several => format!("The token does not have the scopes `{}`.", several.join("` and `")),
        };
        Self { challenge: Some(challenge), ..Self::with_detail(Code::InsufficientScope, detail) }
    }

    fn invalid_token(reason: &str) -> Self {
        let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{reason}\"");
        let mut letters = reason.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let detail: String = first.into_iter().chain(letters).chain(['.']).collect();
        Self { challenge: Some(challenge), ..Self::with_detail(Code::InvalidToken, detail) }
    }

    /// The server failed for a reason that the client cannot influence.
    pub(crate) fn broken(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::caused(Code::Internal, cause)
    }
}

/// The scopes of these permissions, as they are written on the wire.
fn scopes_of(permissions: &[Permission]) -> Vec<&'static str> {
    let named = |permission: &Permission| {
        AccessScope::ALL.into_iter().find(|scope| scope.permission() == Some(*permission))
    };
    permissions.iter().filter_map(named).map(AccessScope::as_str).collect()
}
