//! The only place where errors become HTTP (RFC 9457).

use std::{fmt, sync::Arc};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use api_types::{Code, FieldError, Problem};
use domain::Version;
use store::Refusal;

use crate::host::InvalidHost;

mod challenge;

/// How long a client is asked to wait when something is down or full, in seconds.
const RETRY_AFTER: &str = "1";

/// An error on its way out: what the client is told, and the cause that only the log is told.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    version: Option<Version>,
    /// What stands in `WWW-Authenticate`, if it is not the usual.
    challenge: Option<String>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ApiError {
    /// An error with its usual detail.
    pub(crate) fn new(code: Code) -> Self {
        Self::with_detail(code, usual_detail(code))
    }

    /// An error with a detail of its own.
    pub(crate) fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        let (errors, detail) = (Vec::new(), detail.into());
        Self { code, detail, errors, version: None, challenge: None, cause: None }
    }

    /// A parameter or field whose value cannot be; the detail says what could.
    pub(crate) fn invalid(name: &str, allowed: impl fmt::Display) -> Self {
        Self::with_detail(Code::InvalidField, format!("`{name}` cannot be that: {allowed}."))
    }

    /// Fields whose values cannot be, each with what could.
    pub(crate) fn fields(code: Code, errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => format!("`{}` cannot be that: {}.", only.field, only.detail),
            _ => "Several fields cannot be that; `errors` says what each could be.".to_owned(),
        };
        Self { errors, ..Self::with_detail(code, detail) }
    }

    fn field(code: Code, name: &str, refusal: Refusal) -> Self {
        Self::fields(code, vec![FieldError { field: name.to_owned(), detail: first_line(refusal) }])
    }

    fn caused(code: Code, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), ..Self::new(code) }
    }

    /// What kind of error it is.
    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    /// What the client is told of it.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What the client is told.
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

    /// The whole answer.
    pub(crate) fn respond(&self, request_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(status(self.code));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        match self.code {
            Code::TooManyRequests | Code::Unavailable => {
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
            }
            // RFC 9110 §15.5.2 wants a challenge with every 401; the scheme's name is ours, so that no browser opens a dialog.
            Code::NotSignedIn | Code::WrongCredentials => {
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

    /// One line in the log for each failure of ours, with its causes; none for a client's mistake.
    pub(crate) fn log(&self) {
        if !status(self.code).is_server_error() {
            return;
        }
        let mut causes = String::new();
        let mut next: Option<&(dyn std::error::Error + 'static)> =
            self.cause.as_deref().map(|cause| cause as _);
        while let Some(cause) = next {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            next = cause.source();
        }
        tracing::error!(code = self.code.as_str(), "api.request.failed{causes}");
    }
}

/// The answer to every path that is not there.
pub(crate) async fn no_such_path() -> Result<HttpResponse, ApiError> {
    Err(ApiError::with_detail(
        Code::NotFound,
        "There is nothing at this path. `/docs` lists what there is.",
    ))
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(title(self.code))
    }
}

impl std::error::Error for ApiError {}

/// Used only if an error escapes the outermost middleware, which answers all others with their request id.
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
        Self::caused(code_of(&error), error)
    }
}

impl From<Arc<store::Error>> for ApiError {
    fn from(error: Arc<store::Error>) -> Self {
        Self::caused(code_of(&error), error)
    }
}

impl From<session::Error> for ApiError {
    fn from(error: session::Error) -> Self {
        Self::caused(Code::Unavailable, error)
    }
}

impl From<cache::Error> for ApiError {
    fn from(error: cache::Error) -> Self {
        let code = match &error {
            cache::Error::Unavailable(_) => Code::Unavailable,
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

/// Nothing was written, and this is why. A number, an address or a name is taken within the company only (row I10).
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Stale { version } => {
                Self { version: Some(version), ..Self::new(Code::StaleVersion) }
            }
            Refusal::NumberTaken => Self::field(Code::Taken, "number", refusal),
            Refusal::EmailTaken => Self::field(Code::Taken, "email", refusal),
            Refusal::NameTaken => Self::field(Code::Taken, "name", refusal),
            Refusal::UnknownDepartment => Self::field(Code::InvalidField, "department_id", refusal),
            Refusal::UnknownManager | Refusal::ManagerLeft => {
                Self::field(Code::InvalidField, "manager_id", refusal)
            }
            Refusal::EndsBeforeStart | Refusal::EndsInFuture => {
                Self::field(Code::InvalidField, "ended_on", refusal)
            }
            Refusal::ManagerCycle => Self::new(Code::ManagerCycle),
            Refusal::EmploymentEnded => Self::new(Code::EmploymentEnded),
            Refusal::OwnEmployment => Self::new(Code::OwnEmployment),
            Refusal::HasReports => Self::new(Code::HasReports),
            Refusal::ActorGone => Self::new(Code::NotSignedIn),
            Refusal::NotPermitted => Self::new(Code::Forbidden),
        }
    }
}

/// What a refusal says, without its hint.
fn first_line(refusal: Refusal) -> String {
    refusal.to_string().lines().next().unwrap_or_default().to_owned()
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
            credential::Error::Busy => Self::caused(Code::TooManyRequests, error),
            // Nobody can have such a password, so it is simply the wrong one.
            credential::Error::TooLong => Self::new(Code::WrongCredentials),
            _ => Self::caused(Code::Internal, error),
        }
    }
}

impl From<InvalidHost> for ApiError {
    fn from(error: InvalidHost) -> Self {
        match error {
            InvalidHost::NotOurs => Self::new(Code::UnknownHost),
            InvalidHost::Unreadable => {
                Self::with_detail(Code::BadRequest, "Send exactly one `Host` header.")
            }
        }
    }
}

impl From<tenancy::Refusal> for ApiError {
    fn from(refusal: tenancy::Refusal) -> Self {
        match refusal {
            tenancy::Refusal::TenantMismatch | tenancy::Refusal::UnknownPerson => {
                Self::caused(Code::NotSignedIn, refusal)
            }
            tenancy::Refusal::TenantClosed => Self::caused(Code::CompanyClosed, refusal),
        }
    }
}

const fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest
        | Code::InvalidField
        | Code::InvalidCursor
        | Code::TenantHeaderRefused
        | Code::CompanyHostRequired => StatusCode::BAD_REQUEST,
        Code::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
        Code::UnknownCompany | Code::NotFound => StatusCode::NOT_FOUND,
        Code::NotSignedIn | Code::WrongCredentials | Code::InvalidToken => StatusCode::UNAUTHORIZED,
        Code::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Code::StaleVersion => StatusCode::PRECONDITION_FAILED,
        Code::Taken
        | Code::ManagerCycle
        | Code::EmploymentEnded
        | Code::OwnEmployment
        | Code::HasReports => StatusCode::CONFLICT,
        Code::CompanyClosed
        | Code::CrossSiteRequest
        | Code::Forbidden
        | Code::InsufficientScope
        | Code::PasswordChangeRequired
        | Code::SessionRequired => StatusCode::FORBIDDEN,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The code of an answer that a library made without asking us.
pub(crate) fn code_of_foreign_answer(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_client_error() => Code::BadRequest,
        _ => Code::Internal,
    }
}

const fn title(code: Code) -> &'static str {
    match code {
        Code::BadRequest => "The request cannot be read",
        Code::InvalidField => "A value cannot be",
        Code::InvalidCursor => "The cursor is not valid here",
        Code::TenantHeaderRefused => "A header cannot name the company",
        Code::UnknownHost => "This host is not served here",
        Code::UnknownCompany => "No company lives here",
        Code::CompanyClosed => "This company is closed",
        Code::CompanyHostRequired => "This path wants a company's host",
        Code::NotSignedIn => "Not signed in",
        Code::WrongCredentials => "E-mail or password is wrong",
        Code::InvalidToken => "The token opens nothing here",
        Code::InsufficientScope => "The token does not let you do this",
        Code::SessionRequired => "This wants a session",
        Code::PasswordChangeRequired => "Choose a password of your own first",
        Code::CrossSiteRequest => "The request came from another site",
        Code::Forbidden => "Your role may not do this",
        Code::NotFound => "Nothing here",
        Code::MethodNotAllowed => "This method does not exist here",
        Code::PreconditionRequired => "The change does not say what it was made from",
        Code::StaleVersion => "Somebody else was faster",
        Code::Taken => "This is taken",
        Code::ManagerCycle => "Nobody can stand below themselves",
        Code::EmploymentEnded => "The employment has ended",
        Code::OwnEmployment => "Nobody ends their own employment",
        Code::HasReports => "People report to this employee",
        Code::BodyTooLarge => "The body is too large",
        Code::UnsupportedMediaType => "The body is not plain JSON",
        Code::TooManyRequests => "Too many requests at once",
        Code::Unavailable => "Not available right now",
        Code::Internal => "Something went wrong on our side",
    }
}

const fn usual_detail(code: Code) -> &'static str {
    match code {
        Code::BadRequest => "The request is malformed.",
        Code::InvalidField => "A parameter has a value that cannot be.",
        Code::InvalidCursor => {
            "Use `next_cursor` or `prev_cursor` of a page with the same `sort`, unchanged."
        }
        Code::TenantHeaderRefused => {
            "Leave the header out: the host names the company and the session proves it."
        }
        Code::UnknownHost => "Use the address of a company, such as `acme.localhost`.",
        Code::UnknownCompany => "Check the name before the first dot of the address.",
        Code::CompanyClosed => "Ask the operator to open it again.",
        Code::CompanyHostRequired => {
            "Ask again on the company's own host, such as `acme.localhost`."
        }
        Code::NotSignedIn => "Sign in, then try again.",
        Code::WrongCredentials => "Check both and try again.",
        Code::InvalidToken => "Get another one, then try again.",
        Code::InsufficientScope => "Ask for a token with the scope that this needs.",
        Code::PasswordChangeRequired => {
            "This one was chosen for you. Replace it with «forgot password», or answer the challenge `NEW_PASSWORD_REQUIRED`."
        }
        Code::SessionRequired => "A token does not do: sign in on the company's own page.",
        Code::CrossSiteRequest => "Open the page of the company itself and try again from there.",
        Code::Forbidden => "Ask an HR admin of your company.",
        Code::NotFound => "It does not exist, or it is not yours to see.",
        Code::MethodNotAllowed => "`/docs` lists the methods of every path.",
        Code::PreconditionRequired => {
            "Send `If-Match` with the `version` that was read, in quotes: `\"7\"`."
        }
        Code::StaleVersion => "Read it again: it has `version` by now. Nothing was changed.",
        Code::Taken => "Choose another. Nothing was changed.",
        Code::ManagerCycle => "Choose a manager who does not stand below the employee.",
        Code::EmploymentEnded => "The record of who has left is closed.",
        Code::OwnEmployment => "Ask another HR admin of your company.",
        Code::HasReports => {
            "The employee reports to nobody, so their reports cannot move up. Give them another manager first."
        }
        Code::BodyTooLarge => "Send at most 16 KiB.",
        Code::UnsupportedMediaType => {
            "Send `Content-Type: application/json` without `Content-Encoding`."
        }
        Code::TooManyRequests => "Wait as long as `Retry-After` says, then try again.",
        Code::Unavailable => "Something the server needs does not answer. Try again in a moment.",
        Code::Internal => "The request id finds it in the log.",
    }
}
