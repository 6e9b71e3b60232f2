//! Errors in Cognito's form, with Cognito's names.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use api_types::Code;
use serde_json::{Value, json};

use crate::{
    attempts::WrongSecret,
    error::{ApiError, TokenRefusal},
};

/// The one message for an unknown user name, a wrong password and an account that may not sign in.
const WRONG: &str = "Incorrect username or password.";

/// An error reply: the name and message for the client, and the cause, which goes only to the log.
#[derive(Debug)]
pub(super) struct Exception {
    kind: Kind,
    message: Cow<'static, str>,
    cause: Option<Box<ApiError>>,
}

/// The names of Cognito's errors, and of the errors that all AWS services have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    AccessDenied,
    CodeMismatch,
    ExpiredCode,
    InternalError,
    InvalidParameter,
    InvalidPassword,
    InvalidSignature,
    MissingAuthenticationToken,
    NotAuthorized,
    RequestEntityTooLarge,
    ResourceNotFound,
    Serialization,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    UnknownOperation,
    UnsupportedTokenType,
    UnsupportedUserState,
    UserNotFound,
    UsernameExists,
}

impl Exception {
    pub(super) fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), cause: None }
    }

    /// The error for an unknown user name, a wrong password or an account that may not sign in. One answer for all of them (ASVS 6.3.8).
    pub(super) fn wrong_credentials() -> Self {
        Self::new(Kind::NotAuthorized, WRONG)
    }

    pub(super) fn not_authorized(message: &'static str) -> Self {
        Self::new(Kind::NotAuthorized, message)
    }

    pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::InvalidParameter, message)
    }

    /// The error's name, which clients compare.
    pub(super) const fn name(&self) -> &'static str {
        self.kind.as_str()
    }

    pub(super) const fn status(&self) -> StatusCode {
        match self.kind {
            Kind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Kind::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::RequestEntityTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// How long the client should wait before the next try, in seconds. `None` if waiting does not help.
    pub(super) fn retry_after(&self) -> Option<u64> {
        match self.kind {
            Kind::TooManyRequests | Kind::ServiceUnavailable => {
                Some(self.cause.as_ref().map_or(1, |cause| cause.retry_after()))
            }
            _ => None,
        }
    }

    pub(super) fn body(&self) -> Value {
        json!({ "__type": self.name(), "message": self.message })
    }

    /// Writes one log line for a failure of the server, and none for a client's mistake.
    pub(super) fn log(&self) {
        if let Some(cause) = &self.cause {
            cause.log();
        }
    }
}

impl WrongSecret for Exception {
    fn is_wrong_secret(&self) -> bool {
        matches!(self.kind, Kind::NotAuthorized | Kind::Unauthorized | Kind::CodeMismatch)
    }
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDeniedException",
            Self::CodeMismatch => "CodeMismatchException",
            Self::ExpiredCode => "ExpiredCodeException",
            Self::InternalError => "InternalErrorException",
            Self::InvalidParameter => "InvalidParameterException",
            Self::InvalidPassword => "InvalidPasswordException",
            Self::InvalidSignature => "InvalidSignatureException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::NotAuthorized => "NotAuthorizedException",
            Self::RequestEntityTooLarge => "RequestEntityTooLargeException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Serialization => "SerializationException",
            Self::ServiceUnavailable => "ServiceUnavailableException",
            Self::TooManyRequests => "TooManyRequestsException",
            Self::Unauthorized => "UnauthorizedException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnsupportedTokenType => "UnsupportedTokenTypeException",
            Self::UnsupportedUserState => "UnsupportedUserStateException",
            Self::UserNotFound => "UserNotFoundException",
            Self::UsernameExists => "UsernameExistsException",
        }
    }

    /// Maps an error code of the API to Cognito's name. A deleted company is answered like one that never existed; a closed one has its own message.
    const fn of(code: Code) -> Self {
        match code {
            Code::TooManyRequests => Self::TooManyRequests,
            Code::Unavailable => Self::ServiceUnavailable,
            Code::UnknownCompany => Self::ResourceNotFound,
            Code::CompanyClosed | Code::InvalidToken | Code::WrongCredentials => {
                Self::NotAuthorized
            }
            Code::TenantHeaderRefused => Self::InvalidParameter,
            Code::UnsupportedMediaType => Self::Serialization,
            _ => Self::InternalError,
        }
    }
}

impl<E: Into<ApiError>> From<E> for Exception {
    fn from(error: E) -> Self {
        let cause: ApiError = error.into();
        let kind = Kind::of(cause.code());
        let message = match cause.code() {
            Code::WrongCredentials => Cow::Borrowed(WRONG),
            Code::UnknownCompany => Cow::Borrowed("The user pool does not exist."),
            Code::CompanyClosed => Cow::Borrowed("The company of this user pool is closed."),
            Code::InvalidToken => Cow::Borrowed(match cause.bad_token() {
                Some(TokenRefusal::Expired) => "Access Token has expired",
                Some(TokenRefusal::Revoked) => "Access Token has been revoked",
                Some(TokenRefusal::Invalid) | None => "Invalid Access Token",
            }),
            Code::TenantHeaderRefused | Code::TooManyRequests => {
                Cow::Owned(cause.detail().to_owned())
            }
            Code::UnsupportedMediaType => Cow::Borrowed("Send the body without Content-Encoding."),
            Code::Unavailable => Cow::Borrowed("The service is not available. Try again later."),
            _ => Cow::Borrowed("Internal error. The log has the cause under the request id."),
        };
        Self { kind, message, cause: Some(Box::new(cause)) }
    }
}

#[cfg(test)]
mod tests {
    use token::InvalidToken;

    use super::*;

    /// T6: an access token is refused with the messages that clients of Cognito compare.
    #[test]
    fn an_access_token_is_refused_with_the_messages_of_aws() {
        for (error, message) in [
            (ApiError::refused_token(InvalidToken::Expired), "Access Token has expired"),
            (ApiError::revoked_token(), "Access Token has been revoked"),
            (ApiError::refused_token(InvalidToken::Signature), "Invalid Access Token"),
            (ApiError::foreign_token(), "Invalid Access Token"),
        ] {
            let body = Exception::from(error).body();
            assert_eq!(body, json!({"__type": "NotAuthorizedException", "message": message}));
        }
    }

    /// T6: an exception has Cognito's form and the status that Cognito's clients expect.
    #[test]
    fn an_exception_has_the_form_and_status_of_cognito() {
        let wrong = Exception::wrong_credentials();
        assert_eq!(
            wrong.body(),
            json!({"__type": "NotAuthorizedException", "message": "Incorrect username or password."})
        );
        assert_eq!((wrong.status(), wrong.retry_after()), (StatusCode::BAD_REQUEST, None));
        for (code, name, status) in [
            (Code::WrongCredentials, "NotAuthorizedException", 400),
            (Code::CompanyClosed, "NotAuthorizedException", 400),
            (Code::UnknownCompany, "ResourceNotFoundException", 400),
            (Code::TooManyRequests, "TooManyRequestsException", 429),
            (Code::Unavailable, "ServiceUnavailableException", 503),
            (Code::Internal, "InternalErrorException", 500),
            (Code::UnsupportedMediaType, "SerializationException", 400),
            (Code::TenantHeaderRefused, "InvalidParameterException", 400),
        ] {
            let exception = Exception::from(ApiError::new(code));
            assert_eq!((exception.name(), exception.status().as_u16()), (name, status), "{code:?}");
        }
    }
}
