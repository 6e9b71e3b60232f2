//! Why a request of OAuth is refused, in its own words (RFC 6749 §5.2) or in ours.

use actix_web::{HttpResponse, http::header};
use api_types::{Code, OauthError, OauthProblem};

use crate::{attempts::WrongSecret, error::ApiError};

/// Asks a client to show its secret: RFC 6749 §5.2 wants it with `invalid_client`.
const CHALLENGE: &str = "Basic realm=\"oauth2\", charset=\"UTF-8\"";

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The client is told so in OAuth's words, and what to do about it in printable ASCII without `"` and `\`.
    Told(OauthError, &'static str),
    /// Whatever any other request is refused for: a store that does not answer, a company that is closed.
    Other(ApiError),
}

impl Refusal {
    /// The client is unknown, or did not prove itself: one answer, so that nobody learns which clients there are.
    pub(super) const CLIENT: Self = Self::Told(
        OauthError::InvalidClient,
        "the client is unknown here, or did not prove itself",
    );
}

/// The answer to a client that asked by itself, and not through a browser.
pub(super) fn answered(outcome: Result<HttpResponse, Refusal>) -> Result<HttpResponse, ApiError> {
    match outcome {
        Ok(response) => Ok(response),
        Err(Refusal::Other(error)) if error.code() == Code::TooManyRequests => Ok(later(&error)),
        Err(Refusal::Other(error)) => Err(error),
        Err(Refusal::Told(error, why)) => Ok(told(error, why)),
    }
}

/// Too many attempts. RFC 6749 §5.2 has no word for it; of the registered ones `temporarily_unavailable` (§4.1.2.1) says it, while `slow_down` (RFC 8628 §3.5)
/// asks a device to go on polling. Clients act on the status (RFC 6585 §4) and on `Retry-After`.
fn later(error: &ApiError) -> HttpResponse {
    let error_description = "too many attempts; Retry-After says when to try again".to_owned();
    let problem = OauthProblem { error: OauthError::TemporarilyUnavailable, error_description };
    HttpResponse::TooManyRequests()
        .insert_header((header::RETRY_AFTER, error.retry_after()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(problem)
}

fn told(error: OauthError, why: &str) -> HttpResponse {
    let mut response = if error == OauthError::InvalidClient {
        HttpResponse::Unauthorized()
    } else {
        HttpResponse::BadRequest()
    };
    if error == OauthError::InvalidClient {
        response.insert_header((header::WWW_AUTHENTICATE, CHALLENGE));
    }
    let problem = OauthProblem { error, error_description: why.to_owned() };
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(problem)
}

impl WrongSecret for Refusal {
    fn is_wrong_secret(&self) -> bool {
        matches!(self, Self::Told(OauthError::InvalidClient | OauthError::InvalidGrant, _))
    }
}

impl<E: Into<ApiError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}
