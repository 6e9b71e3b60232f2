//! Issues the tokens of one pool.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, ClientId, Email, OriginId, Role};

use crate::{
    Issuer, NotSigned, SigningKey, TokenId, TokenLifetime, TokenUse, begun_at,
    claims::{AccessClaims, IdClaims},
    half_hash,
    lifetime::Times,
};

/// Issues the ID and access tokens of a pool, each with its own key.
#[derive(Debug)]
pub struct Minter {
    issuer: Arc<Issuer>,
    id_key: SigningKey,
    access_key: SigningKey,
    hook: PreTokenHook,
}

/// What a pool adds to access tokens before they are signed (row T3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreTokenHook {
    /// Nothing, as Cognito without a trigger.
    #[default]
    Nothing,
    /// `custom:tenant_id`.
    AddTenantId,
}

/// The key is another pool's, or for another use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key is not for these tokens")]
pub struct WrongKey;

/// Who signed in, at which application, and when: the same for every token of one sign-in.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Whose account.
    pub account: AccountId,
    /// What they are at their company.
    pub role: Role,
    /// Which application asked.
    pub client: ClientId,
    /// The sign-in, whose id says when it was.
    pub origin: OriginId,
}

/// What an ID token says of a person, and an access token does not.
#[derive(Clone, Debug)]
pub struct Profile<'p> {
    /// Their address.
    pub email: &'p Email,
    /// Whether mail reached them there.
    pub email_verified: bool,
    /// Their full name.
    pub name: &'p str,
}

/// What an `OpenID` client asked to find in its ID token again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bound<'b> {
    /// The `nonce` of its request.
    pub nonce: Option<&'b str>,
    /// The access token that is given beside it: its `at_hash`.
    pub access_token: Option<&'b SignedToken>,
}

/// A signed token. Whoever holds it can use it, so it is never printed or logged.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken(String);

impl Minter {
    /// With the two keys of the pool.
    ///
    /// # Errors
    /// [`WrongKey`] if one of them is another pool's, or for the other use.
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

    /// An access token of a person (row T3).
    ///
    /// # Errors
    /// [`NotSigned`] if the library refuses, or the origin is no sign-in.
    pub fn access_token(
        &self,
        grant: &Grant,
        scopes: &[AccessScope],
        lifetime: TokenLifetime,
        now: DateTime<Utc>,
    ) -> Result<SignedToken, NotSigned> {
        let begun = begun_at(grant.origin).ok_or(NotSigned::Origin)?;
        let account = grant.account.to_string();
        let claims = AccessClaims {
            groups: Some(vec![grant.role.as_str().to_owned()]),
            origin_jti: Some(grant.origin.to_string()),
            auth_time: Some(begun.timestamp()),
            username: Some(account.clone()),
            ..self.access_claims(account, &grant.client, scopes, Times::from(now, lifetime))?
        };
        self.access_key.sign(&claims).map(SignedToken)
    }

    /// An access token of a machine (row T9): its subject is the client itself.
    ///
    /// # Errors
    /// [`NotSigned`] if a scope is one of a person, or the library refuses.
    pub fn machine_token(
        &self,
        client: &ClientId,
        scopes: &[AccessScope],
        lifetime: TokenLifetime,
        now: DateTime<Utc>,
    ) -> Result<SignedToken, NotSigned> {
        if !scopes.iter().all(|scope| scope.is_of_a_resource()) {
            return Err(NotSigned::ScopeOfAPerson);
        }
        let times = Times::from(now, lifetime);
        let claims = self.access_claims(client.to_string(), client, scopes, times)?;
        self.access_key.sign(&claims).map(SignedToken)
    }

    /// An ID token (row T2).
    ///
    /// # Errors
    /// [`NotSigned`] if the library refuses, or the origin is no sign-in.
    pub fn id_token(
        &self,
        grant: &Grant,
        profile: &Profile<'_>,
        bound: Bound<'_>,
        lifetime: TokenLifetime,
        now: DateTime<Utc>,
    ) -> Result<SignedToken, NotSigned> {
        let begun = begun_at(grant.origin).ok_or(NotSigned::Origin)?;
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
            auth_time: begun.timestamp(),
            name: profile.name.to_owned(),
            exp: times.expires,
            nbf: None,
            iat: times.issued,
            jti: new_id()?,
            email: profile.email.as_str().to_owned(),
            tenant_id: self.issuer.tenant().to_string(),
            nonce: bound.nonce.map(str::to_owned),
            at_hash: bound.access_token.map(|token| half_hash(token.as_str())),
        };
        self.id_key.sign(&claims).map(SignedToken)
    }

    /// Whose tokens it issues.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The keys it signs with now, those of ID tokens first.
    pub const fn keys(&self) -> [&SigningKey; 2] {
        [&self.id_key, &self.access_key]
    }

    /// What the access tokens of people and of machines have in common.
    fn access_claims(
        &self,
        subject: String,
        client: &ClientId,
        scopes: &[AccessScope],
        times: Times,
    ) -> Result<AccessClaims, NotSigned> {
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

fn new_id() -> Result<String, NotSigned> {
    Ok(TokenId::random().map_err(|_| NotSigned::NoRandomness)?.to_string())
}

impl SignedToken {
    /// The token itself.
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
