//! The HTTP status, the title and the usual detail of every error code.

use actix_web::http::StatusCode;
use api_types::Code;

/// The HTTP status of a code.
pub(super) const fn status(code: Code) -> StatusCode {
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
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The code of a response that actix made itself, by its status.
pub(crate) fn code_of_foreign_answer(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_client_error() => Code::BadRequest,
        _ => Code::Internal,
    }
}

/// The title of a code: one short sentence, the same for every response with this code (RFC 9457 §3.1.3).
pub(super) const fn title(code: Code) -> &'static str {
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
        Code::RequestTimeout => "The request body arrived too slowly",
        Code::BodyTooLarge => "The body is too large",
        Code::UnsupportedMediaType => "The body is not plain JSON",
        Code::TooManyRequests => "Too many requests at once",
        Code::Unavailable => "Not available right now",
        Code::Internal => "Something went wrong on our side",
    }
}

/// The detail of a code, for an error that has none of its own.
pub(super) const fn usual_detail(code: Code) -> &'static str {
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
        Code::RequestTimeout => "Send the whole body at once, on another connection.",
        Code::BodyTooLarge => "Send at most 16 KiB, or 8 KiB if it is a form.",
        Code::UnsupportedMediaType => {
            "Send `Content-Type: application/json` without `Content-Encoding`."
        }
        Code::TooManyRequests => "Wait as long as `Retry-After` says, then try again.",
        Code::Unavailable => "Something the server needs does not answer. Try again in a moment.",
        Code::Internal => "The request id finds it in the log.",
    }
}
