//! The bodies of the demonstration's page that shows tokens, the stated exception to "no token in the browser" (ASVS 10.1.1).

use chrono::{DateTime, Utc};
use domain::{AccessScope, ClientId, PoolId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::TokenKind;

/// The body of `POST /api/v1/tokens`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTokens {
    /// The scopes of the tokens; by default all that the page's application may request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<AccessScope>>,
}

/// A set of tokens. The first six fields have the names of RFC 6749 §5.1 and of OpenID Connect.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenSet {
    /// The access token: it allows its bearer to call the API.
    pub access_token: String,
    /// The ID token: it tells an application who the user is.
    pub id_token: Option<String>,
    /// The refresh token for the next set; it is valid once.
    pub refresh_token: Option<String>,
    /// The type of the access token: `Bearer`.
    pub token_type: String,
    /// The lifetime of the access token, in seconds.
    pub expires_in: u16,
    /// The scopes of the access token, separated by spaces.
    pub scope: String,
    /// The URL of the issuer; the public keys are under it.
    pub issuer: String,
    /// The user pool of the issuer.
    pub pool_id: PoolId,
    /// The application that the tokens were issued to: the one that may use the refresh token.
    pub client_id: ClientId,
}

/// The body of `POST /api/v1/tokens/inspect`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InspectToken {
    /// The token to verify.
    pub token: String,
}

/// The result of verifying a token as any JWT library does: by signature, issuer and times. Revocations are not checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inspected {
    /// Whether the token is valid.
    pub valid: bool,
    /// Why the token is invalid. The other fields are then absent, because an unverified token is not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The kind of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_use: Option<TokenKind>,
    /// The header of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Value>,
    /// The claims of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
}

/// The mails that the product would have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outbox {
    /// The mails, newest first.
    pub items: Vec<OutboxMail>,
}

/// A mail in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutboxMail {
    /// The recipient's e-mail address.
    pub to: String,
    /// The subject line of the mail.
    pub subject: String,
    /// The text of the mail.
    pub body: String,
    /// When the mail was written.
    pub written_at: DateTime<Utc>,
}

/// A token grants access to its holder, so `{:?}` does not print tokens.
impl std::fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSet").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// A token grants access to its holder, so `{:?}` does not print it.
impl std::fmt::Debug for InspectToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InspectToken(…)")
    }
}
