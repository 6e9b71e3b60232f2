//! A verified access token of ours. Only the key ring makes one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, PoolId, Role, TenantId};

use crate::{
    InvalidToken, Issuer, TokenId, canonical::canonical, claims::AccessClaims, sign_in_time,
};

/// An access token whose signature, issuer, use, times and claims were verified. Whether it was revoked is checked elsewhere.
#[derive(Clone, Debug)]
pub struct VerifiedAccess {
    issuer: Arc<Issuer>,
    bearer: Bearer,
    client: ClientId,
    scopes: Vec<AccessScope>,
    id: TokenId,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// The bearer of an access token: a person or a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A person who signed in.
    Person {
        /// The account of the user.
        account: AccountId,
        /// The user's role at the tenant when the token was issued.
        role: Role,
        /// The sign-in that the token was issued for.
        origin: OriginId,
        /// The time of that sign-in.
        signed_in_at: DateTime<Utc>,
        /// When the user entered the password (`auth_time`).
        password_at: DateTime<Utc>,
    },
    /// The client itself (row T9).
    Machine,
}

impl VerifiedAccess {
    /// Parses the claims. The caller has already checked everything that depends on the key and on the time.
    pub(crate) fn read(issuer: &Arc<Issuer>, claims: &AccessClaims) -> Result<Self, InvalidToken> {
        let client: ClientId = claims.client_id.parse().map_err(|_| InvalidToken::Claims)?;
        let tenant = claims.tenant_id.as_deref().map(canonical::<TenantId>).transpose()?;
        if claims.version != 2 || tenant.is_some_and(|tenant| tenant != issuer.tenant()) {
            return Err(InvalidToken::Claims);
        }
        // An unknown scope grants nothing, so it is left out.
        let scopes = claims.scope.split(' ').filter_map(|word| word.parse().ok()).collect();
        Ok(Self {
            issuer: Arc::clone(issuer),
            bearer: Bearer::read(claims)?,
            client,
            scopes,
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

    /// The person or machine that the token was issued to.
    pub const fn bearer(&self) -> Bearer {
        self.bearer
    }

    /// The application that the token was issued to.
    pub const fn client(&self) -> &ClientId {
        &self.client
    }

    /// The known scopes of the token. The bearer also needs a role that allows the action.
    pub fn scopes(&self) -> &[AccessScope] {
        &self.scopes
    }

    /// The same token without the scopes for which `allows` returns false. It never adds a scope.
    #[must_use]
    pub fn limited_to(mut self, allows: impl Fn(AccessScope) -> bool) -> Self {
        self.scopes.retain(|scope| allows(*scope));
        self
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

impl Bearer {
    /// Parses the bearer. A token has either all claims about a person or none of them.
    fn read(claims: &AccessClaims) -> Result<Self, InvalidToken> {
        match (&claims.username, &claims.groups, &claims.origin_jti, claims.auth_time) {
            (Some(username), Some(groups), Some(origin), Some(auth_time)) => {
                let [role] = groups.as_slice() else { return Err(InvalidToken::Claims) };
                if *username != claims.sub {
                    return Err(InvalidToken::Claims);
                }
                let (origin, signed_in_at) = sign_in(origin)?;
                Ok(Self::Person {
                    account: canonical(&claims.sub)?,
                    role: role.parse().map_err(|_| InvalidToken::Claims)?,
                    origin,
                    signed_in_at,
                    password_at: date_time(auth_time)?,
                })
            }
            (None, None, None, None) if claims.sub == claims.client_id => Ok(Self::Machine),
            _ => Err(InvalidToken::Claims),
        }
    }
}

/// The sign-in and its time. Refuses the token if `origin` contains no time.
pub(crate) fn sign_in(origin: &str) -> Result<(OriginId, DateTime<Utc>), InvalidToken> {
    let origin = canonical(origin)?;
    let at = sign_in_time(origin).ok_or(InvalidToken::Claims)?;
    Ok((origin, at))
}

pub(crate) fn date_time(seconds: i64) -> Result<DateTime<Utc>, InvalidToken> {
    DateTime::from_timestamp(seconds, 0).ok_or(InvalidToken::Claims)
}
