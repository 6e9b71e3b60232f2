//! The JSON of an error (RFC 9457, `application/problem+json`).

use domain::Version;
use serde::{Deserialize, Serialize};

/// The code of an error. Codes are stable; titles and details may be reworded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is malformed.
    BadRequest,
    /// A query parameter, header or field has an invalid value.
    InvalidField,
    /// The cursor was not made by this API, or belongs to another list.
    InvalidCursor,
    /// A header names a tenant. Only the host and the session or token may do that.
    TenantHeaderRefused,
    /// The host does not belong to this product.
    UnknownHost,
    /// There is no company at this host.
    UnknownCompany,
    /// The company is closed.
    CompanyClosed,
    /// This path is available only on a company's host.
    CompanyHostRequired,
    /// The request has no session, or the session has expired or was revoked.
    NotSignedIn,
    /// The e-mail address or the password is wrong; the reply does not say which.
    WrongCredentials,
    /// The key of a widget is wrong, or the company has no such widget; the reply does not say which.
    WrongWidgetKey,
    /// The token is invalid, expired or revoked; `WWW-Authenticate` says why (RFC 6750).
    InvalidToken,
    /// The token lacks a scope that the request needs.
    InsufficientScope,
    /// This path accepts only a session, not a token.
    SessionRequired,
    /// The user gave the password too long ago for this change, and must give it again.
    StepUpRequired,
    /// The password was set by another person and must be replaced before the user can sign in.
    PasswordChangeRequired,
    /// The request came from another site.
    CrossSiteRequest,
    /// The user's role does not allow this.
    Forbidden,
    /// The resource does not exist, or the viewer may not see it.
    NotFound,
    /// The path does not support this method.
    MethodNotAllowed,
    /// `If-Match` is missing: a change must name the version that it is based on.
    PreconditionRequired,
    /// The row was changed after the client read it.
    StaleVersion,
    /// Another row of the company already has this number, address or name.
    Taken,
    /// The manager is the employee or reports to them, directly or through others.
    ManagerCycle,
    /// The employment has ended, so it cannot be changed.
    EmploymentEnded,
    /// Users cannot end their own employment.
    OwnEmployment,
    /// Other employees report to this employee, who has no manager to take them over.
    HasReports,
    /// The company has as many widgets as it may have.
    TooManyWidgets,
    /// The body arrived too slowly.
    RequestTimeout,
    /// The body is larger than allowed.
    BodyTooLarge,
    /// The body is not JSON, or is compressed.
    UnsupportedMediaType,
    /// There are too many requests or attempts; the client may try again after `Retry-After` seconds.
    TooManyRequests,
    /// A store that the server needs does not answer; the client may try again after `Retry-After` seconds.
    Unavailable,
    /// The server failed. The request id identifies the request in the log.
    Internal,
}

impl Code {
    /// The code as JSON spells it.
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
            Self::WrongWidgetKey => "wrong_widget_key",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::SessionRequired => "session_required",
            Self::StepUpRequired => "step_up_required",
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
            Self::TooManyWidgets => "too_many_widgets",
            Self::RequestTimeout => "request_timeout",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooManyRequests => "too_many_requests",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// An error reply, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI for the kind of error: `https://watertight.example/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of error in a few words.
    pub title: String,
    /// The HTTP status of the reply.
    pub status: u16,
    /// The code of the error, for programs.
    pub code: Code,
    /// What is wrong with this request, and what to do about it.
    pub detail: String,
    /// The id that identifies the request in the log.
    pub request_id: String,
    /// The fields whose values are refused; absent if the error is not about fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The current version of the row; only with `stale_version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// A field whose value is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The name of the field, with dots for nested fields: `salary.currency`.
    pub field: String,
    /// Why the value is refused, for programs.
    pub code: FieldCode,
    /// What is wrong, what is allowed and what to do, in sentences that name the field.
    pub detail: String,
}

/// Why the value of a field is refused. Codes are stable; details may be reworded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// The field is required, and it was left out or is empty.
    Missing,
    /// The value does not have the form of the field, or contains a forbidden character.
    Malformed,
    /// The value has more characters than allowed.
    TooLong,
    /// The number or date is too small or too large.
    OutOfRange,
    /// Another row of the company already has this value.
    Taken,
    /// The company has no row with this id.
    NotFound,
    /// The value is valid elsewhere, but not here.
    NotAllowed,
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
            Code::TooManyWidgets,
            Code::Internal,
        ] {
            assert_eq!(serde_json::to_value(code).ok(), Some(code.as_str().into()));
        }
    }

    #[test]
    fn a_field_error_has_a_code_for_programs() {
        let (field, detail) = ("email".to_owned(), "`email` is missing.".to_owned());
        let error = FieldError { field, code: FieldCode::Missing, detail };
        assert_eq!(
            serde_json::to_value(error).ok(),
            Some(serde_json::json!({
                "field": "email", "code": "missing", "detail": "`email` is missing."
            }))
        );
    }
}
