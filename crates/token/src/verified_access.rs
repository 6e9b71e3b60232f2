//! An access token of ours that was verified. Only the key ring makes one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, PoolId, Role, TenantId};

use crate::{Issuer, Refused, TokenId, begun_at, canonical::canonical, claims::AccessClaims};

/// An access token whose signature held, whose issuer, use and times are right, and whose claims are whole.
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

/// Who bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A person who signed in.
    Person {
        /// Their account.
        account: AccountId,
        /// What they were at their company when the token was issued.
        role: Role,
        /// The sign-in that it comes from.
        origin: OriginId,
        /// When that was.
        signed_in_at: DateTime<Utc>,
    },
    /// The client itself (row T9).
    Machine,
}

impl VerifiedAccess {
    /// Reads the claims, once all that depends on the key and the time has been found right.
    pub(crate) fn read(issuer: &Arc<Issuer>, claims: &AccessClaims) -> Result<Self, Refused> {
        let client: ClientId = claims.client_id.parse().map_err(|_| Refused::Claims)?;
        let tenant = claims.tenant_id.as_deref().map(canonical::<TenantId>).transpose()?;
        if claims.version != 2 || tenant.is_some_and(|tenant| tenant != issuer.tenant()) {
            return Err(Refused::Claims);
        }
        // A word that we do not know opens nothing, so it is left out.
        let scopes = claims.scope.split(' ').filter_map(|word| word.parse().ok()).collect();
        Ok(Self {
            issuer: Arc::clone(issuer),
            bearer: Bearer::read(claims)?,
            client,
            scopes,
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

    /// Who bears it.
    pub const fn bearer(&self) -> Bearer {
        self.bearer
    }

    /// The application it was given to.
    pub const fn client(&self) -> &ClientId {
        &self.client
    }

    /// What it lets its bearer do, as far as the bearer may.
    pub fn scopes(&self) -> &[AccessScope] {
        &self.scopes
    }

    /// The same token without the scopes that `allows` refuses. A scope that was not signed is never added.
    #[must_use]
    pub fn limited_to(mut self, allows: impl Fn(AccessScope) -> bool) -> Self {
        self.scopes.retain(|scope| allows(*scope));
        self
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

impl Bearer {
    /// A token is wholly a person's or wholly a machine's.
    fn read(claims: &AccessClaims) -> Result<Self, Refused> {
        match (&claims.username, &claims.groups, &claims.origin_jti, claims.auth_time) {
            (Some(username), Some(groups), Some(origin), Some(auth_time)) => {
                let [role] = groups.as_slice() else { return Err(Refused::Claims) };
                if *username != claims.sub {
                    return Err(Refused::Claims);
                }
                let (origin, signed_in_at) = sign_in(origin, auth_time)?;
                Ok(Self::Person {
                    account: canonical(&claims.sub)?,
                    role: role.parse().map_err(|_| Refused::Claims)?,
                    origin,
                    signed_in_at,
                })
            }
            (None, None, None, None) if claims.sub == claims.client_id => Ok(Self::Machine),
            _ => Err(Refused::Claims),
        }
    }
}

/// The sign-in and its time, if they agree.
pub(crate) fn sign_in(origin: &str, auth_time: i64) -> Result<(OriginId, DateTime<Utc>), Refused> {
    let origin = canonical(origin)?;
    let at = begun_at(origin).ok_or(Refused::Claims)?;
    if at.timestamp() == auth_time { Ok((origin, at)) } else { Err(Refused::Claims) }
}

pub(crate) fn moment(seconds: i64) -> Result<DateTime<Utc>, Refused> {
    DateTime::from_timestamp(seconds, 0).ok_or(Refused::Claims)
}
