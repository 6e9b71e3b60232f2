//! Errors of the identity provider: which of them a client can act on.

use api_types::Code;
use idp::{IssueError, PoolsError, RememberError, RevokeError, SignInError, VerifyError};

use super::ApiError;

impl ApiError {
    /// The cookie of a widget is missing or has expired, was made for another company, or its widget was removed.
    pub(crate) fn no_widget() -> Self {
        Self::with_detail(
            Code::NotSignedIn,
            "The cookie `__Host-widget` is missing or has expired, or its widget was removed. Send the key to `POST /api/v1/widget/session`.",
        )
    }
}

impl From<PoolsError> for ApiError {
    fn from(error: PoolsError) -> Self {
        match error {
            PoolsError::Store(error) => error.into(),
            error => Self::broken(error),
        }
    }
}

impl From<VerifyError> for ApiError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::InvalidToken(reason) => Self::refused_token(reason),
            VerifyError::Revoked => Self::revoked_token(),
            VerifyError::Unlinked => Self::unlinked_token(),
            VerifyError::UnknownCompany => Self::new(Code::UnknownCompany),
            VerifyError::Pools(error) => error.into(),
            VerifyError::Store(error) => error.into(),
        }
    }
}

impl From<IssueError> for ApiError {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Pools(error) => error.into(),
            IssueError::Store(error) => error.into(),
            IssueError::Revoke(error) => error.into(),
            IssueError::NoRandomness(cause) => Self::broken(cause),
            IssueError::Lifetime(cause) => Self::broken(cause),
            IssueError::Signing(cause) => Self::broken(cause),
        }
    }
}

impl From<RevokeError> for ApiError {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Store(error) => error.into(),
            RevokeError::Session(error) => error.into(),
        }
    }
}

impl From<RememberError> for ApiError {
    fn from(error: RememberError) -> Self {
        match error {
            RememberError::Store(error) => error.into(),
            RememberError::Revoke(error) => error.into(),
            RememberError::Session(error) => error.into(),
            RememberError::NoRandomness(cause) => Self::broken(cause),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Store(error) => error.into(),
            SignInError::Password(error) => error.into(),
        }
    }
}
