//! Issues the ID and access tokens of one pool.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, ClientId, Email, OriginId, Role};

use crate::{
    Issuer, SigningError, SigningKey, TokenId, TokenLifetime, TokenUse,
    claims::{AccessClaims, IdClaims},
    left_half_hash,
    lifetime::Times,
    sign_in_time,
};

/// Issues the ID and access tokens of a pool. Each of the two kinds is signed with its own key.
#[derive(Debug)]
pub struct TokenIssuer {
    issuer: Arc<Issuer>,
    id_key: SigningKey,
    access_key: SigningKey,
    hook: PreTokenHook,
}

/// The claims that a pool adds to access tokens before they are signed (row T3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreTokenHook {
    /// No additional claim, like Cognito without a trigger.
    #[default]
    Nothing,
    /// The claim `custom:tenant_id`, like Cognito with a trigger that adds it.
    AddTenantId,
}

/// A signing key belongs to another pool or is for the other kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key belongs to another pool or is for another kind of token")]
pub struct WrongKey;

/// A sign-in: the user, the application and the time. The same for every token of one sign-in.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The account of the user.
    pub account: AccountId,
    /// The user's role at the tenant.
    pub role: Role,
    /// The application that the tokens are issued to.
    pub client: ClientId,
    /// The id of the sign-in. It contains the time of the sign-in ([`sign_in_time`]).
    pub origin: OriginId,
    /// When the user entered the password: the claim `auth_time` (`OpenID` Connect Core §2).
    pub password_at: DateTime<Utc>,
}

/// The personal data in an ID token. Access tokens have none of it.
#[derive(Clone, Debug)]
pub struct Profile<'p> {
    /// The user's email address.
    pub email: &'p Email,
    /// Whether the email address is verified.
    pub email_verified: bool,
    /// The user's full name.
    pub name: &'p str,
}

/// Values that bind an ID token to the request and to the access token of an `OpenID` client.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdTokenBinding<'b> {
    /// The `nonce` of the client's request.
    pub nonce: Option<&'b str>,
    /// The access token in the same reply; the ID token gets its hash as `at_hash`.
    pub access_token: Option<&'b SignedToken>,
}

/// A signed token. Possession is enough to use it, so `Debug` does not show it, and it must never be logged.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken(String);

impl TokenIssuer {
    /// An issuer of tokens for a pool, with the pool's two keys.
    ///
    /// # Errors
    /// [`WrongKey`] if a key belongs to another pool or is for the other kind of token.
    pub fn new(
        issuer: Arc<Issuer>,
        id_key: SigningKey,
        access_key: SigningKey,
        hook: PreTokenHook,
    ) -> Result<Self, WrongKey> {
        for (key, token_use) in [(&id_key, TokenUse::Id), (&access_key, TokenUse::Access)] {
            if key.name().pool != *issuer.pool() || key.name().token_use != token_use {
                return Err(WrongKey);
            }
        }
        Ok(Self { issuer, id_key, access_key, hook })
    }

    /// Issues an access token for a person (row T3).
    ///
    /// # Errors
    /// [`SigningError`] if signing fails or the grant's origin is not a `UUIDv7`.
    pub fn access_token(
        &self,
        grant: &Grant,
        scopes: &[AccessScope],
        lifetime: TokenLifetime,
        now: DateTime<Utc>,
    ) -> Result<SignedToken, SigningError> {
        sign_in_time(grant.origin).ok_or(SigningError::Origin)?;
        let account = grant.account.to_string();
        let claims = AccessClaims {
            groups: Some(vec![grant.role.as_str().to_owned()]),
            origin_jti: Some(grant.origin.to_string()),
            auth_time: Some(grant.password_at.timestamp()),
            username: Some(account.clone()),
            ..self.access_claims(account, &grant.client, scopes, Times::from(now, lifetime))?
        };
        self.access_key.sign(&claims).map(SignedToken)
    }

    /// Issues an access token for a machine (row T9). Its subject is the client.
    ///
    /// # Errors
    /// [`SigningError`] if a scope is for persons only, or if signing fails.
    pub fn machine_token(
        &self,
        client: &ClientId,
        scopes: &[AccessScope],
        lifetime: TokenLifetime,
        now: DateTime<Utc>,
    ) -> Result<SignedToken, SigningError> {
        if !scopes.iter().all(|scope| scope.is_of_a_resource()) {
            return Err(SigningError::UserScope);
        }
        let times = Times::from(now, lifetime);
        let claims = self.access_claims(client.to_string(), client, scopes, times)?;
        self.access_key.sign(&claims).map(SignedToken)
    }

    /// Issues an ID token (row T2).
    ///
    /// # Errors
    /// [`SigningError`] if signing fails or the grant's origin is not a `UUIDv7`.
    pub fn id_token(
        &self,
        grant: &Grant,
        profile: &Profile<'_>,
        bound: IdTokenBinding<'_>,
        lifetime: TokenLifetime,
        now: DateTime<Utc>,
    ) -> Result<SignedToken, SigningError> {
        sign_in_time(grant.origin).ok_or(SigningError::Origin)?;
        let times = Times::from(now, lifetime);
        let claims = IdClaims {
            sub: grant.account.to_string(),
            groups: vec![grant.role.as_str().to_owned()],
            email_verified: profile.email_verified,
            iss: self.issuer.url().to_string(),
            username: grant.account.to_string(),
            origin_jti: grant.origin.to_string(),
            aud: grant.client.to_string(),
            token_use: TokenUse::Id,
            auth_time: grant.password_at.timestamp(),
            name: profile.name.to_owned(),
            exp: times.expires,
            nbf: None,
            iat: times.issued,
            jti: new_id()?,
            email: profile.email.as_str().to_owned(),
            tenant_id: self.issuer.tenant().to_string(),
            nonce: bound.nonce.map(str::to_owned),
            at_hash: bound.access_token.map(|token| left_half_hash(token.as_str())),
        };
        self.id_key.sign(&claims).map(SignedToken)
    }

    /// The tenant, pool and URL that it issues tokens for.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The keys that it signs with: the key of ID tokens first, then the key of access tokens.
    pub const fn keys(&self) -> [&SigningKey; 2] {
        [&self.id_key, &self.access_key]
    }

    /// The claims that the access tokens of persons and of machines have in common.
    fn access_claims(
        &self,
        subject: String,
        client: &ClientId,
        scopes: &[AccessScope],
        times: Times,
    ) -> Result<AccessClaims, SigningError> {
        let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let tenant = self.issuer.tenant();
        Ok(AccessClaims {
            sub: subject,
            groups: None,
            iss: self.issuer.url().to_string(),
            version: 2,
            client_id: client.to_string(),
            origin_jti: None,
            token_use: TokenUse::Access,
            scope: words.join(" "),
            auth_time: None,
            exp: times.expires,
            nbf: None,
            iat: times.issued,
            jti: new_id()?,
            username: None,
            tenant_id: (self.hook == PreTokenHook::AddTenantId).then(|| tenant.to_string()),
        })
    }
}

fn new_id() -> Result<String, SigningError> {
    Ok(TokenId::random().map_err(|_| SigningError::NoRandomness)?.to_string())
}

impl SignedToken {
    /// The token in compact form, for the reply to its client.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SignedToken> for String {
    fn from(token: SignedToken) -> Self {
        token.0
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedToken(…)")
    }
}
