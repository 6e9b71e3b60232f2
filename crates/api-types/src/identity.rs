//! The identity in a token.

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, Email, OriginId, PoolId, Role, TenantId};
use serde::{Deserialize, Serialize};

/// The identity in a verified token. An access token contains no name and no address; `no_email_reason` says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// The kind of the token.
    pub token_use: TokenKind,
    /// The URL of the issuer.
    pub issuer: String,
    /// The user pool of the issuer; absent for an external issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<PoolId>,
    /// The company that owns the pool or trusts the external issuer.
    pub tenant_id: TenantId,
    /// The subject, as the issuer names it. In a token of this product it is an account id, or the client id of a machine.
    pub sub: String,
    /// The account that the subject has at this company; absent for a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The application that the token was issued to; absent if an external issuer does not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The user's role when the token was issued; absent for a machine. For an external issuer's token, the user's current role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The scopes of the token; absent from ID tokens, which grant no access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<AccessScope>>,
    /// The user's e-mail address; only ID tokens contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Whether the address was verified; only ID tokens contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The user's name; only ID tokens contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why there is no address, and where to get it; absent for ID tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_email_reason: Option<String>,
    /// The id of the sign-in that the token comes from; absent for a machine and for an external issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_jti: Option<OriginId>,
    /// When the token was issued.
    pub issued_at: DateTime<Utc>,
    /// When the token expires.
    pub expires_at: DateTime<Utc>,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// An ID token: it tells an application who the user is.
    Id,
    /// An access token: it allows its bearer to call the API.
    Access,
}
