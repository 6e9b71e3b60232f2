//! Tokens on the page that shows what they are: a demonstration, and the stated exception to «no token in the browser» (ASVS 10.1.1).

use chrono::{DateTime, Utc};
use domain::{AccessScope, ClientId, PoolId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::TokenKind;

/// What the tokens shall let their bearer do; without a word everything that the page's application may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTokens {
    /// The scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<AccessScope>>,
}

/// A set of tokens. The first six names are those of RFC 6749 §5.1 and of OpenID Connect.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenSet {
    /// Lets its bearer act.
    pub access_token: String,
    /// Tells an application who somebody is.
    pub id_token: Option<String>,
    /// Gives the next set, once.
    pub refresh_token: Option<String>,
    /// `Bearer`.
    pub token_type: String,
    /// How long the access token lives, in seconds.
    pub expires_in: u16,
    /// What it lets its bearer do, separated by spaces.
    pub scope: String,
    /// Whose tokens these are: an URL, under which the public keys are.
    pub issuer: String,
    /// The issuer's pool.
    pub pool_id: PoolId,
    /// The application they were given to: the one that may use the refresh token.
    pub client_id: ClientId,
}

/// A token to be looked into.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InspectToken {
    /// The token.
    pub token: String,
}

/// What any JWT library makes of a token: signature, issuer and times, and nothing of what was revoked since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inspected {
    /// Whether it holds.
    pub valid: bool,
    /// Why it does not. Then nothing of it is shown: what is not verified is not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Which kind of token it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_use: Option<TokenKind>,
    /// Its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Value>,
    /// Its claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
}

/// Mails that the product would have sent, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outbox {
    /// The mails.
    pub items: Vec<OutboxMail>,
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutboxMail {
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

/// Whoever holds tokens can use them: none is shown.
impl std::fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSet").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// The same.
impl std::fmt::Debug for InspectToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InspectToken(…)")
    }
}
