//! An ID token of ours that was verified. Only the key ring makes one, and it opens nothing.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{AccountId, ClientId, Email, OriginId, PoolId, Role, TenantId};

use crate::{
    Issuer, Refused, TokenId,
    canonical::canonical,
    claims::IdClaims,
    verified_access::{moment, sign_in},
};

/// An ID token whose signature held, whose issuer, use and times are right, and whose claims are whole: it says who somebody is.
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

/// A name is personal: `{:?}` in a log shows none.
#[derive(Clone)]
struct Name(String);

impl VerifiedId {
    /// Reads the claims, once all that depends on the key and the time has been found right.
    pub(crate) fn read(issuer: &Arc<Issuer>, claims: IdClaims) -> Result<Self, Refused> {
        let [role] = claims.groups.as_slice() else { return Err(Refused::Claims) };
        let tenant: TenantId = canonical(&claims.tenant_id)?;
        if claims.username != claims.sub || tenant != issuer.tenant() {
            return Err(Refused::Claims);
        }
        let (origin, signed_in_at) = sign_in(&claims.origin_jti, claims.auth_time)?;
        Ok(Self {
            issuer: Arc::clone(issuer),
            account: canonical(&claims.sub)?,
            role: role.parse().map_err(|_| Refused::Claims)?,
            client: claims.aud.parse().map_err(|_| Refused::Claims)?,
            email: claims.email.parse().map_err(|_| Refused::Claims)?,
            email_verified: claims.email_verified,
            name: Name(claims.name),
            nonce: claims.nonce,
            origin,
            signed_in_at,
            id: TokenId::from_uuid(canonical(&claims.jti)?),
            issued_at: moment(claims.iat)?,
            expires_at: moment(claims.exp)?,
        })
    }

    /// The tenant whose pool issued it.
    pub fn tenant(&self) -> TenantId {
        self.issuer.tenant()
    }

    /// That pool.
    pub fn pool(&self) -> &PoolId {
        self.issuer.pool()
    }

    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Whose account.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// What they were at their company when the token was issued.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The application it is meant for. Whoever asks must be that one (`aud`).
    pub const fn client(&self) -> &ClientId {
        &self.client
    }

    /// Their address.
    pub const fn email(&self) -> &Email {
        &self.email
    }

    /// Whether mail reached them there.
    pub const fn email_verified(&self) -> bool {
        self.email_verified
    }

    /// Their full name.
    pub fn name(&self) -> &str {
        &self.name.0
    }

    /// The `nonce` of the request that it answers.
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// The sign-in that it comes from.
    pub const fn origin(&self) -> OriginId {
        self.origin
    }

    /// When that was.
    pub const fn signed_in_at(&self) -> DateTime<Utc> {
        self.signed_in_at
    }

    /// Its id.
    pub const fn id(&self) -> TokenId {
        self.id
    }

    /// When it was issued.
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// When it is over.
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Name(…)")
    }
}
