//! The JSON of OAuth 2.1 and OpenID Connect, as their specifications spell it.

use domain::{AccessScope, AccountId, Email, PoolId};
use serde::{Deserialize, Serialize};

/// A path of [`paths`](crate::paths) at this pool.
pub fn at_pool(path: &str, pool: &PoolId) -> String {
    path.replacen("{pool_id}", pool.as_str(), 1)
}

/// Everything that a client must know of an issuer (OpenID Connect Discovery §3, RFC 8414 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the document")]
pub struct Discovery {
    /// What stands in `iss`; this document lies under it.
    pub issuer: String,
    /// Where a browser is sent to get a code: on the company's own host, where its session is.
    pub authorization_endpoint: String,
    /// Where tokens are given.
    pub token_endpoint: String,
    /// Where an access token is exchanged for what is known of its person.
    pub userinfo_endpoint: String,
    /// Where tokens are revoked.
    pub revocation_endpoint: String,
    /// Where a browser is sent to sign out: on the company's own host.
    pub end_session_endpoint: String,
    /// The keys that tokens are verified with.
    pub jwks_uri: String,
    /// `code` alone.
    pub response_types_supported: Vec<String>,
    /// `query` alone.
    pub response_modes_supported: Vec<String>,
    /// The ways to get tokens here.
    pub grant_types_supported: Vec<String>,
    /// `public`: a person has the same `sub` at every application of the pool.
    pub subject_types_supported: Vec<String>,
    /// How ID tokens are signed.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Every scope that there is; an application may have fewer.
    pub scopes_supported: Vec<AccessScope>,
    /// What ID tokens and the user-info endpoint tell.
    pub claims_supported: Vec<String>,
    /// How an application proves itself at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// The same at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    /// `S256` alone.
    pub code_challenge_methods_supported: Vec<String>,
    /// The prompts that are understood.
    pub prompt_values_supported: Vec<String>,
    /// Answers of the authorization endpoint say who gave them (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// No `claims` parameter.
    pub claims_parameter_supported: bool,
    /// No `request` parameter.
    pub request_parameter_supported: bool,
    /// No `request_uri` parameter: nothing is ever fetched.
    pub request_uri_parameter_supported: bool,
}

/// Tokens (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenReply {
    /// Lets its bearer act.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// For how many seconds the access token is good.
    pub expires_in: u16,
    /// Gives the next tokens; absent if the one that was shown stays good, or if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Says who signed in; only with the scope `openid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// What the access token lets its bearer do, words between spaces.
    pub scope: String,
}

/// What is known of the person of an access token (OpenID Connect Core §5.3.2), as far as the token's scopes ask for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserInfo {
    /// The person, as in the ID token.
    pub sub: AccountId,
    /// Their address; with the scope `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Whether it is known to be theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Their full name; with the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Why there is no token (RFC 6749 §5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OauthProblem {
    /// The kind of error for programs.
    pub error: OauthError,
    /// What to do about it.
    pub error_description: String,
}

/// The errors of OAuth and OpenID Connect that are told here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OauthError {
    /// A parameter is missing, there twice, or cannot be.
    InvalidRequest,
    /// The application is unknown, or did not prove itself.
    InvalidClient,
    /// The code or refresh token is not good, or not this application's.
    InvalidGrant,
    /// The application may not get tokens in this way.
    UnauthorizedClient,
    /// There is no such way to get tokens.
    UnsupportedGrantType,
    /// A scope is unknown, or more than the application may ask for.
    InvalidScope,
    /// Such tokens cannot be revoked (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// The authorization endpoint gives nothing but codes.
    UnsupportedResponseType,
    /// Nobody is signed in, and nobody may be asked (OpenID Connect Core §3.1.2.6).
    LoginRequired,
    /// No `request` parameter is understood.
    RequestNotSupported,
    /// No `request_uri` parameter is understood.
    RequestUriNotSupported,
    /// There were too many attempts; `Retry-After` says when to try again.
    TemporarilyUnavailable,
}

impl OauthError {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// Whoever holds tokens can use them: none is shown.
impl std::fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenReply").field("scope", &self.scope).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_spelled_alike_in_json_and_in_rust() {
        for error in [
            OauthError::InvalidRequest,
            OauthError::UnsupportedGrantType,
            OauthError::LoginRequired,
            OauthError::RequestUriNotSupported,
        ] {
            assert_eq!(serde_json::to_value(error).ok(), Some(error.as_str().into()));
        }
    }

    #[test]
    fn a_path_is_at_its_pool() {
        let pool = "eu-local-1_AcmeCorp1".parse().unwrap();
        let path = at_pool(crate::paths::TOKEN, &pool);
        assert_eq!(path, "/eu-local-1_AcmeCorp1/oauth2/token");
    }
}
