//! What an error looks like (RFC 9457, `application/problem+json`).

use domain::Version;
use serde::{Deserialize, Serialize};

/// Which error it is. Codes are stable; titles and details may be reworded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request cannot be read.
    BadRequest,
    /// A query parameter or field has a value that cannot be.
    InvalidField,
    /// The cursor was not made by this API, or belongs to another sort.
    InvalidCursor,
    /// The request names a tenant in a header; only host and session do that.
    TenantHeaderRefused,
    /// The host is not one of ours.
    UnknownHost,
    /// No company lives at this host.
    UnknownCompany,
    /// The company is closed.
    CompanyClosed,
    /// This path wants a company's host.
    CompanyHostRequired,
    /// Nobody is signed in, or the session is over.
    NotSignedIn,
    /// E-mail or password is wrong; which of them is not said.
    WrongCredentials,
    /// The token is not good, or no longer; `WWW-Authenticate` says why (RFC 6750).
    InvalidToken,
    /// The token does not have the scope that this needs.
    InsufficientScope,
    /// A token does not do here: this wants a session.
    SessionRequired,
    /// The password was chosen by somebody else, and opens nothing before it is replaced.
    PasswordChangeRequired,
    /// The request came from another site.
    CrossSiteRequest,
    /// The role may not do this.
    Forbidden,
    /// There is nothing here for this viewer.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The change does not say which version it was made from: send `If-Match`.
    PreconditionRequired,
    /// Somebody else was faster: the row has another version than the change was made from.
    StaleVersion,
    /// Another row of the company has this number, address or name.
    Taken,
    /// The manager would stand below themselves.
    ManagerCycle,
    /// The employment has ended, so it cannot be changed.
    EmploymentEnded,
    /// Nobody ends their own employment.
    OwnEmployment,
    /// People report to this employee, and there is nobody above to whom they could.
    HasReports,
    /// The body arrived too slowly.
    RequestTimeout,
    /// The body is larger than allowed.
    BodyTooLarge,
    /// The body is not JSON, or is compressed.
    UnsupportedMediaType,
    /// Too much at once; come back after `Retry-After` seconds.
    TooManyRequests,
    /// Something the server needs does not answer; come back after `Retry-After` seconds.
    Unavailable,
    /// A fault of ours. The request id finds it in the log.
    Internal,
}

impl Code {
    /// The word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::InvalidField => "invalid_field",
            Self::InvalidCursor => "invalid_cursor",
            Self::TenantHeaderRefused => "tenant_header_refused",
            Self::UnknownHost => "unknown_host",
            Self::UnknownCompany => "unknown_company",
            Self::CompanyClosed => "company_closed",
            Self::CompanyHostRequired => "company_host_required",
            Self::NotSignedIn => "not_signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::SessionRequired => "session_required",
            Self::PasswordChangeRequired => "password_change_required",
            Self::CrossSiteRequest => "cross_site_request",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::PreconditionRequired => "precondition_required",
            Self::StaleVersion => "stale_version",
            Self::Taken => "taken",
            Self::ManagerCycle => "manager_cycle",
            Self::EmploymentEnded => "employment_ended",
            Self::OwnEmployment => "own_employment",
            Self::HasReports => "has_reports",
            Self::RequestTimeout => "request_timeout",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooManyRequests => "too_many_requests",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// An error for people and programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI for the kind of error: `https://watertight.example/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of error in a few words.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// The kind of error for programs.
    pub code: Code,
    /// What happened this time, and what to do about it.
    pub detail: String,
    /// Finds the request in the log.
    pub request_id: String,
    /// The fields that cannot be, each with what could; absent if it is not about fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The present version, where the change was made from another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// A field whose value cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Its name, with a dot before a part: `salary.currency`.
    pub field: String,
    /// What could be.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_spelled_alike_in_json_and_in_rust() {
        for code in [
            Code::BadRequest,
            Code::TenantHeaderRefused,
            Code::NotSignedIn,
            Code::StaleVersion,
            Code::HasReports,
            Code::Internal,
        ] {
            assert_eq!(serde_json::to_value(code).ok(), Some(code.as_str().into()));
        }
    }
}
