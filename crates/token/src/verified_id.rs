//! A verified ID token of ours. Only the key ring makes one. It grants no access.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{AccountId, ClientId, Email, OriginId, PoolId, Role, TenantId};

use crate::{
    InvalidToken, Issuer, TokenId,
    canonical::canonical,
    claims::IdClaims,
    verified_access::{date_time, sign_in},
};

/// An ID token whose signature, issuer, use, times and claims were verified. It identifies a user.
#[derive(Clone, Debug)]
pub struct VerifiedId {
    issuer: Arc<Issuer>,
    account: AccountId,
    role: Role,
    client: ClientId,
    email: Email,
    email_verified: bool,
    name: Name,
    nonce: Option<String>,
    origin: OriginId,
    signed_in_at: DateTime<Utc>,
    id: TokenId,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// A name is personal data, so its `Debug` output hides it.
#[derive(Clone)]
struct Name(String);

impl VerifiedId {
    /// Parses the claims. The caller has already checked everything that depends on the key and on the time.
    pub(crate) fn read(issuer: &Arc<Issuer>, claims: IdClaims) -> Result<Self, InvalidToken> {
        let [role] = claims.groups.as_slice() else { return Err(InvalidToken::Claims) };
        let tenant: TenantId = canonical(&claims.tenant_id)?;
        if claims.username != claims.sub || tenant != issuer.tenant() {
            return Err(InvalidToken::Claims);
        }
        let (origin, signed_in_at) = sign_in(&claims.origin_jti)?;
        date_time(claims.auth_time)?;
        Ok(Self {
            issuer: Arc::clone(issuer),
            account: canonical(&claims.sub)?,
            role: role.parse().map_err(|_| InvalidToken::Claims)?,
            client: claims.aud.parse().map_err(|_| InvalidToken::Claims)?,
            email: claims.email.parse().map_err(|_| InvalidToken::Claims)?,
            email_verified: claims.email_verified,
            name: Name(claims.name),
            nonce: claims.nonce,
            origin,
            signed_in_at,
            id: TokenId::from_uuid(canonical(&claims.jti)?),
            issued_at: date_time(claims.iat)?,
            expires_at: date_time(claims.exp)?,
        })
    }

    /// The tenant whose pool issued the token.
    pub fn tenant(&self) -> TenantId {
        self.issuer.tenant()
    }

    /// The pool that issued the token.
    pub fn pool(&self) -> &PoolId {
        self.issuer.pool()
    }

    /// The issuer: tenant, pool and URL.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The account of the user.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The user's role at the tenant when the token was issued.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The application that the token was issued to (`aud`). A client that sends the token must be this application.
    pub const fn client(&self) -> &ClientId {
        &self.client
    }

    /// The user's email address.
    pub const fn email(&self) -> &Email {
        &self.email
    }

    /// Whether the email address was verified when the token was issued.
    pub const fn email_verified(&self) -> bool {
        self.email_verified
    }

    /// The user's full name.
    pub fn name(&self) -> &str {
        &self.name.0
    }

    /// The `nonce` of the client's request, if it sent one.
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// The sign-in that the token was issued for.
    pub const fn origin(&self) -> OriginId {
        self.origin
    }

    /// The time of that sign-in.
    pub const fn signed_in_at(&self) -> DateTime<Utc> {
        self.signed_in_at
    }

    /// The id of the token (`jti`).
    pub const fn id(&self) -> TokenId {
        self.id
    }

    /// When the token was issued (`iat`).
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// When the token expires (`exp`).
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Name(…)")
    }
}
