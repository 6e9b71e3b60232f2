//! Who a token says somebody is.

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, Email, OriginId, PoolId, Role, TenantId};
use serde::{Deserialize, Serialize};

/// What a verified token tells. An access token tells no name and no address, and `untold` says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Which kind of token it is.
    pub token_use: TokenKind,
    /// The issuer, an URL.
    pub issuer: String,
    /// Its pool; absent for an issuer that the company trusts besides its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<PoolId>,
    /// The company whose pool that is, or that trusts the issuer.
    pub tenant_id: TenantId,
    /// Whom the token is about, as the issuer names them: an account or a machine's own client id, if it is ours.
    pub sub: String,
    /// Whose account here that is; absent for a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The application it was given to; absent if another issuer does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What the person was at the company when it was issued; absent for a machine. For another issuer's token, what they are now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What it lets its bearer do; absent from ID tokens, which open nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<AccessScope>>,
    /// The person's address; only an ID token has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Whether it is known to be theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The person's name; only an ID token has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why there is no address: where it could be asked for instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold: Option<String>,
    /// The sign-in that the token comes of; absent for a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_jti: Option<OriginId>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it is over.
    pub expires_at: DateTime<Utc>,
}

/// Which kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Tells an application who somebody is.
    Id,
    /// Lets its bearer act.
    Access,
}
