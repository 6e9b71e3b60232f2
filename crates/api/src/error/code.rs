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
        Code::NotSignedIn | Code::WrongCredentials | Code::WrongWidgetKey | Code::InvalidToken => {
            StatusCode::UNAUTHORIZED
        }
        Code::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Code::StaleVersion => StatusCode::PRECONDITION_FAILED,
        Code::Taken
        | Code::ManagerCycle
        | Code::EmploymentEnded
        | Code::OwnEmployment
        | Code::HasReports
        | Code::TooManyWidgets => StatusCode::CONFLICT,
        Code::CompanyClosed
        | Code::CrossSiteRequest
        | Code::Forbidden
        | Code::InsufficientScope
        | Code::PasswordChangeRequired
        | Code::SessionRequired
        | Code::StepUpRequired => StatusCode::FORBIDDEN,
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
pub(crate) fn code_of_status(status: StatusCode) -> Code {
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
        Code::BadRequest => "Malformed request",
        Code::InvalidField => "Invalid value",
        Code::InvalidCursor => "Invalid cursor",
        Code::TenantHeaderRefused => "A header must not name the company",
        Code::UnknownHost => "Unknown host",
        Code::UnknownCompany => "Unknown company",
        Code::CompanyClosed => "This company is closed",
        Code::CompanyHostRequired => "This path requires a company's host",
        Code::NotSignedIn => "Not signed in",
        Code::WrongCredentials => "E-mail or password is wrong",
        Code::WrongWidgetKey => "The key of the widget is wrong",
        Code::InvalidToken => "Invalid token",
        Code::InsufficientScope => "The token lacks a scope",
        Code::SessionRequired => "A session is required",
        Code::StepUpRequired => "Enter your password again",
        Code::PasswordChangeRequired => "Choose a new password first",
        Code::CrossSiteRequest => "The request came from another site",
        Code::Forbidden => "Your role does not allow this",
        Code::NotFound => "Not found",
        Code::MethodNotAllowed => "Method not allowed",
        Code::PreconditionRequired => "`If-Match` is missing",
        Code::StaleVersion => "The record has changed",
        Code::Taken => "Already taken",
        Code::ManagerCycle => "Circular reporting line",
        Code::EmploymentEnded => "The employment has ended",
        Code::OwnEmployment => "You cannot end your own employment",
        Code::HasReports => "Other employees report to this employee",
        Code::TooManyWidgets => "The company has too many widgets",
        Code::RequestTimeout => "The request body arrived too slowly",
        Code::BodyTooLarge => "The body is too large",
        Code::UnsupportedMediaType => "Unsupported format of the body",
        Code::TooManyRequests => "Too many requests",
        Code::Unavailable => "Temporarily unavailable",
        Code::Internal => "Internal server error",
    }
}

/// The detail of a code, for an error that has none of its own.
pub(super) const fn usual_detail(code: Code) -> &'static str {
    match code {
        Code::BadRequest => "The server cannot read the request. Check its headers and its body.",
        Code::InvalidField => "A parameter, header or field has an invalid value.",
        Code::InvalidCursor => {
            "Send `next_cursor` or `prev_cursor` unchanged, with the search, filters and `sort` of the page that it came with."
        }
        Code::TenantHeaderRefused => {
            "Remove the headers `X-Tenant-ID` and `X-Tenant`: the host names the company, and the session or token proves it."
        }
        Code::UnknownHost => "Use the address of a company, such as `acme.localhost`.",
        Code::UnknownCompany => {
            "Check the company's name in the address: the part before the first dot."
        }
        Code::CompanyClosed => "Ask the operator of this server to open it again.",
        Code::CompanyHostRequired => {
            "Send the request to the company's own host, such as `acme.localhost`."
        }
        Code::NotSignedIn => "Sign in, then try again.",
        Code::WrongCredentials => "Check both and try again.",
        Code::WrongWidgetKey => {
            "The widget was removed, or its address is incomplete. Ask an HR admin of the company for a new one."
        }
        Code::InvalidToken => "Get a new token, then try again.",
        Code::InsufficientScope => "Request a token with the scope that this request needs.",
        Code::PasswordChangeRequired => {
            "Another person set your password. Replace it with the operation `ForgotPassword`, or answer the challenge `NEW_PASSWORD_REQUIRED`."
        }
        Code::StepUpRequired => {
            "Send your password to `POST /api/v1/session/step-up`, or get a token with `max_age=600`, then repeat the request."
        }
        Code::SessionRequired => "A token is not accepted here: sign in on the company's own page.",
        Code::CrossSiteRequest => "Open the company's own page and try again from there.",
        Code::Forbidden => "Ask an HR admin of your company.",
        Code::NotFound => "The resource does not exist, or you may not see it.",
        Code::MethodNotAllowed => "`/docs` lists the methods of every path.",
        Code::PreconditionRequired => {
            "Send `If-Match` with the `version` that you read, in quotes: `\"7\"`."
        }
        Code::StaleVersion => {
            "Another request changed the record first, so nothing was written. Read it again: `version` is its current version."
        }
        Code::Taken => "Choose another value. Nothing was written.",
        Code::ManagerCycle => {
            "The manager is this employee or reports to them, directly or through others. Choose another manager."
        }
        Code::EmploymentEnded => "The record of an employee who has left cannot be changed.",
        Code::OwnEmployment => "Ask another HR admin of your company.",
        Code::HasReports => {
            "The employee has no manager who could take over the reports. Give the reports another manager first."
        }
        Code::TooManyWidgets => "A company may have 20 widgets. Remove one that is not used.",
        Code::RequestTimeout => "Send the whole body at once, on a new connection.",
        Code::BodyTooLarge => "Send at most 16 KiB, or 8 KiB if the body is a form.",
        Code::UnsupportedMediaType => {
            "Send `Content-Type: application/json` without `Content-Encoding`."
        }
        Code::TooManyRequests => "Wait for the number of seconds in `Retry-After`, then try again.",
        Code::Unavailable => {
            "A store that the server needs does not answer. Try again in a moment."
        }
        Code::Internal => {
            "The server failed. Tell its operator the `request_id`, which identifies the request in the log."
        }
    }
}
