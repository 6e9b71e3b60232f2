//! The JSON of OAuth 2.1 and OpenID Connect, as their specifications spell it.

use domain::{AccessScope, AccountId, Email, PoolId};
use serde::{Deserialize, Serialize};

/// Replaces `{pool_id}` in a path of [`paths`](crate::paths).
pub fn at_pool(path: &str, pool: &PoolId) -> String {
    path.replacen("{pool_id}", pool.as_str(), 1)
}

/// The discovery document: what a client must know about an issuer (OpenID Connect Discovery §3, RFC 8414 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the document")]
pub struct Discovery {
    /// The URL of the issuer, as in the claim `iss`. The URL of this document begins with it.
    pub issuer: String,
    /// The URL that a browser opens to get a code. It is on the company's own host, because the session cookie belongs to that host.
    pub authorization_endpoint: String,
    /// The URL where an application gets tokens.
    pub token_endpoint: String,
    /// The URL that returns the data of an access token's user.
    pub userinfo_endpoint: String,
    /// The URL where an application revokes tokens.
    pub revocation_endpoint: String,
    /// The URL that a browser opens to sign out, on the company's own host.
    pub end_session_endpoint: String,
    /// The URL of the public keys that verify tokens.
    pub jwks_uri: String,
    /// The supported response types: only `code`.
    pub response_types_supported: Vec<String>,
    /// The supported response modes: only `query`.
    pub response_modes_supported: Vec<String>,
    /// The supported grant types.
    pub grant_types_supported: Vec<String>,
    /// `public`: a user has the same `sub` at every application of the pool.
    pub subject_types_supported: Vec<String>,
    /// The algorithms that ID tokens are signed with.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// All scopes of the product; an application may be allowed fewer.
    pub scopes_supported: Vec<AccessScope>,
    /// The claims of ID tokens and of the user-info endpoint.
    pub claims_supported: Vec<String>,
    /// How an application can authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// How an application can authenticate at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    /// The supported PKCE methods: only `S256`.
    pub code_challenge_methods_supported: Vec<String>,
    /// The supported values of `prompt`.
    pub prompt_values_supported: Vec<String>,
    /// Always `true`: authorization responses name their issuer in `iss` (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// Always `false`: the `claims` parameter is not supported.
    pub claims_parameter_supported: bool,
    /// Always `false`: the `request` parameter is not supported.
    pub request_parameter_supported: bool,
    /// Always `false`: the server fetches no URL that a request names.
    pub request_uri_parameter_supported: bool,
}

/// The reply of the token endpoint (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenReply {
    /// The access token: it allows its bearer to call the API.
    pub access_token: String,
    /// The type of the access token: `Bearer`.
    pub token_type: String,
    /// The lifetime of the access token, in seconds.
    pub expires_in: u16,
    /// The refresh token for the next tokens; absent if the one that was sent stays valid, or if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token, which says who signed in; only with the scope `openid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The scopes of the access token, separated by spaces.
    pub scope: String,
}

/// The data of an access token's user (OpenID Connect Core §5.3.2), limited to what the token's scopes ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserInfo {
    /// The user's account id, as in the ID token.
    pub sub: AccountId,
    /// The user's e-mail address; with the scope `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Whether the address was verified; with the scope `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The user's full name; with the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The error reply of an OAuth endpoint (RFC 6749 §5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OauthProblem {
    /// The error code, for programs.
    pub error: OauthError,
    /// The cause of the error, for people.
    pub error_description: String,
}

/// The error codes of OAuth and OpenID Connect that this product returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OauthError {
    /// A parameter is missing, repeated or invalid.
    InvalidRequest,
    /// The application is unknown, or its authentication failed.
    InvalidClient,
    /// The code or refresh token is invalid, or belongs to another application.
    InvalidGrant,
    /// The application may not use this grant type.
    UnauthorizedClient,
    /// The grant type is not supported.
    UnsupportedGrantType,
    /// A scope is unknown, or the application may not request it.
    InvalidScope,
    /// Tokens of this kind cannot be revoked (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// The authorization endpoint supports only `response_type=code`.
    UnsupportedResponseType,
    /// The user must sign in, but the request forbids a sign-in page (OpenID Connect Core §3.1.2.6).
    LoginRequired,
    /// The `request` parameter is not supported.
    RequestNotSupported,
    /// The `request_uri` parameter is not supported.
    RequestUriNotSupported,
    /// There were too many attempts; `Retry-After` says when to try again.
    TemporarilyUnavailable,
}

impl OauthError {
    /// The error code as JSON and query strings spell it.
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

/// A token grants access to its holder, so `{:?}` does not print tokens.
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
