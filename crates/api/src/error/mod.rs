//! The only place where errors become HTTP (RFC 9457).

mod challenge;
mod code;
mod identity;
mod refusal;

use std::{fmt, sync::Arc};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use api_types::{Code, FieldError, Problem};
use domain::Version;

pub(crate) use challenge::TokenRefusal;
pub(crate) use code::code_of_status;
use code::{status, title, usual_detail};

/// The default of `Retry-After` for 429 and 503, in seconds.
const RETRY_AFTER_SECONDS: u64 = 1;

/// An error with its reply to the client, and with the cause, which is only logged.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    version: Option<Version>,
    /// Why a token is refused, for a protocol that has a text for each reason.
    bad_token: Option<TokenRefusal>,
    /// The value of `WWW-Authenticate`, if it is not the default.
    challenge: Option<String>,
    /// The value of `Retry-After` for 429 and 503, in seconds.
    retry_after: u64,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ApiError {
    /// An error with the usual detail of its code.
    pub(crate) fn new(code: Code) -> Self {
        Self::with_detail(code, usual_detail(code))
    }

    /// An error with a detail of its own.
    pub(crate) fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        let (errors, detail) = (Vec::new(), detail.into());
        let retry_after = RETRY_AFTER_SECONDS;
        let (version, bad_token, challenge) = (None, None, None);
        Self { code, detail, errors, version, bad_token, challenge, retry_after, cause: None }
    }

    /// A parameter, header or field has an invalid value. `allowed` says what is expected, without a full stop at the end.
    pub(crate) fn invalid(name: &str, allowed: impl fmt::Display) -> Self {
        Self::with_detail(Code::InvalidField, format!("Invalid `{name}`: {allowed}."))
    }

    /// One or more fields have values that are refused; each says what is expected or why.
    pub(crate) fn fields(code: Code, errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            several => {
                let count = several.len();
                format!("{count} fields are invalid: `errors` lists each with what is expected.")
            }
        };
        Self { errors, ..Self::with_detail(code, detail) }
    }

    /// Refuses a request that may succeed after so many seconds.
    pub(crate) fn retry_after_seconds(detail: impl Into<String>, seconds: u64) -> Self {
        Self { retry_after: seconds, ..Self::with_detail(Code::TooManyRequests, detail) }
    }

    fn caused(code: Code, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), ..Self::new(code) }
    }

    /// The code of the error.
    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    /// Why a token is refused; `None` for any other error.
    pub(crate) const fn bad_token(&self) -> Option<TokenRefusal> {
        self.bad_token
    }

    /// The value of `Retry-After` for 429 and 503, in seconds.
    pub(crate) const fn retry_after(&self) -> u64 {
        self.retry_after
    }

    /// The detail that the client receives.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The JSON that the client receives.
    pub(crate) fn problem(&self, request_id: &str) -> Problem {
        Problem {
            kind: format!("https://watertight.example/problems/{}", self.code.as_str()),
            title: title(self.code).to_owned(),
            status: status(self.code).as_u16(),
            code: self.code,
            detail: self.detail.clone(),
            request_id: request_id.to_owned(),
            errors: self.errors.clone(),
            version: self.version,
        }
    }

    /// The whole reply, with its headers.
    pub(crate) fn respond(&self, request_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(status(self.code));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        match self.code {
            Code::TooManyRequests | Code::Unavailable => {
                response.insert_header((header::RETRY_AFTER, self.retry_after));
            }
            // RFC 9110 §15.5.2 requires a challenge with every 401. The scheme `Session` is the product's own, so that no browser opens a dialog.
            Code::NotSignedIn | Code::WrongCredentials | Code::WrongWidgetKey => {
                response.insert_header((header::WWW_AUTHENTICATE, "Session"));
            }
            _ => {}
        }
        if let Some(challenge) = &self.challenge {
            response.insert_header((header::WWW_AUTHENTICATE, challenge.as_str()));
        }
        let body = serde_json::to_vec(&self.problem(request_id)).unwrap_or_default();
        response.content_type("application/problem+json").body(body)
    }

    /// Logs a server error with its causes, in one line. Logs nothing for a client error.
    pub(crate) fn log(&self) {
        if status(self.code).is_server_error() {
            let error = self.causes();
            tracing::error!(code = self.code.as_str(), error, "api.request.failed");
        }
    }

    /// The cause and its own causes, separated by `: `; `None` if the error has no cause.
    fn causes(&self) -> Option<String> {
        let first: &(dyn std::error::Error + 'static) = self.cause.as_deref()?;
        let all = std::iter::successors(Some(first), |cause| cause.source());
        Some(all.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }
}

/// Passes on what was found; 404 if nothing was. A foreign row and an invisible one are not found either.
pub(crate) fn or_not_found<T>(found: Option<T>) -> Result<T, ApiError> {
    found.ok_or_else(|| ApiError::new(Code::NotFound))
}

/// The reply to a request for a path that does not exist.
pub(crate) async fn no_such_path() -> Result<HttpResponse, ApiError> {
    Err(ApiError::with_detail(
        Code::NotFound,
        "This path does not exist. `/docs` lists the paths of the API.",
    ))
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(title(self.code))
    }
}

impl std::error::Error for ApiError {}

/// Used only for an error that reaches actix itself: the middleware `request_id` replies to all others, with their request id.
impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status(self.code)
    }

    fn error_response(&self) -> HttpResponse {
        self.respond("")
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(refusal) => refusal.into(),
            error => Self::caused(code_of(&error), error),
        }
    }
}

impl From<Arc<store::Error>> for ApiError {
    fn from(error: Arc<store::Error>) -> Self {
        Self::caused(code_of(&error), error)
    }
}

impl From<session::Error> for ApiError {
    fn from(error: session::Error) -> Self {
        match error {
            // The session ended while the request was answered.
            session::Error::Revoked => Self::new(Code::NotSignedIn),
            error => Self::caused(Code::Unavailable, error),
        }
    }
}

impl From<cache::Error> for ApiError {
    fn from(error: cache::Error) -> Self {
        let code = match &error {
            cache::Error::Unavailable(_) | cache::Error::Busy(_) => Code::Unavailable,
            cache::Error::Load(cause) => cause.downcast_ref().map_or(Code::Internal, code_of),
            cache::Error::Broken(_) | cache::Error::ForeignBody => Code::Internal,
        };
        Self::caused(code, error)
    }
}

impl<E> From<cache::WriteError<E>> for ApiError
where
    Self: From<E>,
    E: std::error::Error + Send + Sync + 'static,
{
    fn from(error: cache::WriteError<E>) -> Self {
        match error {
            cache::WriteError::Work(cause) => cause.into(),
            cache::WriteError::Unavailable(_) => Self::caused(Code::Unavailable, error),
            cache::WriteError::Lost(_) => Self::caused(Code::Internal, error),
        }
    }
}

fn code_of(error: &store::Error) -> Code {
    match error {
        error if error.is_temporary() => Code::Unavailable,
        store::Error::FieldNotVisible => Code::Forbidden,
        store::Error::InvalidCursor => Code::InvalidCursor,
        _ => Code::Internal,
    }
}

impl From<credential::Error> for ApiError {
    fn from(error: credential::Error) -> Self {
        match error {
            credential::Error::Busy(_) => Self::caused(Code::TooManyRequests, error),
            // No account can have such a long password, so it is a wrong password.
            credential::Error::TooLong => Self::new(Code::WrongCredentials),
            _ => Self::caused(Code::Internal, error),
        }
    }
}

impl From<throttle::TooManyAttempts> for ApiError {
    fn from(refused: throttle::TooManyAttempts) -> Self {
        let wait = refused.retry_after;
        let retry_after = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1);
        let detail = format!("Too many attempts. Try again in {retry_after} seconds.");
        Self { retry_after, ..Self::with_detail(Code::TooManyRequests, detail) }
    }
}

impl From<tenancy::BindingError> for ApiError {
    fn from(refusal: tenancy::BindingError) -> Self {
        match refusal {
            tenancy::BindingError::TenantMismatch | tenancy::BindingError::UnknownPerson => {
                Self::caused(Code::NotSignedIn, refusal)
            }
            tenancy::BindingError::TenantClosed => Self::caused(Code::CompanyClosed, refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no connection")]
    struct Outer(#[source] std::fmt::Error);

    #[test]
    fn the_log_gets_all_causes_in_one_text() {
        let error = ApiError::broken(Outer(fmt::Error));
        assert_eq!(error.causes(), Some(format!("no connection: {}", fmt::Error)));
        assert_eq!(ApiError::new(Code::Internal).causes(), None);
    }
}
