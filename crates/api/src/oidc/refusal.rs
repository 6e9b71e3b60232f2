//! Why an OAuth request is refused: with an OAuth error (RFC 6749 §5.2) or with one of our own problems.

use actix_web::{HttpResponse, http::header};
use api_types::{Code, OauthError, OauthProblem};

use crate::{attempts::WrongSecret, error::ApiError};

/// The value of `WWW-Authenticate`, which RFC 6749 §5.2 requires with `invalid_client`.
const CHALLENGE: &str = "Basic realm=\"oauth2\", charset=\"UTF-8\"";

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// An OAuth error, with a description for the developer in printable ASCII without `"` and `\`.
    Oauth(OauthError, &'static str),
    /// A reason that is not specific to OAuth, for example a store that does not answer or a closed company.
    Other(ApiError),
}

impl Refusal {
    /// The client is unknown or its secret is missing or wrong. One answer for all of these, so that it does not reveal which clients exist.
    pub(super) const CLIENT: Self = Self::Oauth(
        OauthError::InvalidClient,
        "the client is unknown, or its credentials are wrong",
    );
}

/// The answer to a client that called the endpoint directly, without a redirect of a browser.
pub(super) fn into_response(
    outcome: Result<HttpResponse, Refusal>,
) -> Result<HttpResponse, ApiError> {
    match outcome {
        Ok(response) => Ok(response),
        Err(Refusal::Other(error)) if error.code() == Code::TooManyRequests => {
            Ok(too_many_attempts(&error))
        }
        Err(Refusal::Other(error)) => Err(error),
        Err(Refusal::Oauth(error, why)) => Ok(oauth_problem(error, why)),
    }
}

/// The answer after too many attempts. RFC 6749 §5.2 has no error code for it. Of the registered ones `temporarily_unavailable` (§4.1.2.1) fits, while
/// `slow_down` (RFC 8628 §3.5) asks a device to go on polling. Clients act on the status (RFC 6585 §4) and on `Retry-After`.
fn too_many_attempts(error: &ApiError) -> HttpResponse {
    let error_description = "too many attempts; Retry-After says when to try again".to_owned();
    let problem = OauthProblem { error: OauthError::TemporarilyUnavailable, error_description };
    HttpResponse::TooManyRequests()
        .insert_header((header::RETRY_AFTER, error.retry_after()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(problem)
}

fn oauth_problem(error: OauthError, why: &str) -> HttpResponse {
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
        matches!(self, Self::Oauth(OauthError::InvalidClient | OauthError::InvalidGrant, _))
    }
}

impl<E: Into<ApiError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}
