//! The keys of all our own pools, by `kid`. Only a key ring turns a text into a verified token of ours.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use domain::PoolId;

use crate::{
    IdTokenHint, InvalidJwkSet, InvalidToken, Issuer, JwkSet, KeyId, Leeway, PublicKey,
    TokenLifetime, TokenUse, VerifiedAccess, VerifiedId,
    claims::{AccessClaims, IdClaims},
    compact::Compact,
    json,
    lifetime::Times,
};

/// The public keys of our own pools that are trusted now. An immutable snapshot; clones share it.
#[derive(Clone, Debug)]
pub struct KeyRing(Arc<Ring>);

#[derive(Debug)]
struct Ring {
    keys: HashMap<KeyId, TrustedKey>,
    leeway: Leeway,
}

/// A key, and the required properties of the tokens that it signs.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// The public key. Its `kid` must be its thumbprint.
    pub key: PublicKey,
    /// The kind of token that it signs.
    pub token_use: TokenUse,
    /// The pool that the key belongs to.
    pub issuer: Arc<Issuer>,
    /// When trust in the key ends. `None` unless the key was replaced (row T8).
    pub trusted_until: Option<DateTime<Utc>>,
}

/// Why a list of keys is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyRing {
    /// A key's `kid` is not its thumbprint, so another key could have the same `kid`.
    #[error("the `kid` of a key is not its thumbprint (RFC 7638)")]
    Name,
    /// The same key occurs twice: it would sign for two pools or two uses.
    #[error("the same key occurs twice")]
    Duplicate,
}

impl KeyRing {
    /// Trusts the given keys.
    ///
    /// # Errors
    /// [`InvalidKeyRing`] if the `kid` of a key is not its thumbprint, or if a key occurs twice.
    pub fn new(
        keys: impl IntoIterator<Item = TrustedKey>,
        leeway: Leeway,
    ) -> Result<Self, InvalidKeyRing> {
        let mut ring = HashMap::new();
        for key in keys {
            if !key.key.is_named_by_its_thumbprint() {
                return Err(InvalidKeyRing::Name);
            }
            match ring.entry(key.key.kid().clone()) {
                Entry::Occupied(_) => return Err(InvalidKeyRing::Duplicate),
                Entry::Vacant(place) => place.insert(key),
            };
        }
        Ok(Self(Arc::new(Ring { keys: ring, leeway })))
    }

    /// Whether one of our own keys has this `kid`.
    pub fn has(&self, kid: &KeyId) -> bool {
        self.0.keys.contains_key(kid)
    }

    /// Whether the token's header names one of these keys. Nothing is verified.
    ///
    /// # Errors
    /// [`InvalidToken`] if the text is not a token, or if its header names no key.
    pub fn has_key_of(&self, token: &str) -> Result<bool, InvalidToken> {
        Ok(self.has(Compact::parse_external(token)?.kid()))
    }

    /// Verifies an access token of ours (rows T4a, T4b, T4d–f).
    ///
    /// # Errors
    /// [`InvalidToken`] with the reason. The caller answers 401 for every reason.
    pub fn verify_access(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAccess, InvalidToken> {
        let (trusted, payload) = self.open(token, TokenUse::Access, now)?;
        let claims: AccessClaims = json::object(&payload).ok_or(InvalidToken::Claims)?;
        self.check(trusted, &claims.iss, claims.token_use, claims.times(), now)?;
        VerifiedAccess::read(&trusted.issuer, &claims)
    }

    /// Verifies an ID token of ours. The caller must check with [`VerifiedId::client`] that the token was issued to it.
    ///
    /// # Errors
    /// [`InvalidToken`] with the reason. The caller answers 401 for every reason.
    pub fn verify_id(&self, token: &str, now: DateTime<Utc>) -> Result<VerifiedId, InvalidToken> {
        let (trusted, payload) = self.open(token, TokenUse::Id, now)?;
        let claims: IdClaims = json::object(&payload).ok_or(InvalidToken::Claims)?;
        self.check(trusted, &claims.iss, claims.token_use, claims.times(), now)?;
        VerifiedId::read(&trusted.issuer, claims)
    }

    /// Verifies an ID token of ours like [`KeyRing::verify_id`], except that it may have expired.
    ///
    /// # Errors
    /// [`InvalidToken`] with the reason, also if the key is no longer trusted.
    pub fn verify_id_token_hint(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<IdTokenHint, InvalidToken> {
        let (trusted, payload) = self.open(token, TokenUse::Id, now)?;
        let claims: IdClaims = json::object(&payload).ok_or(InvalidToken::Claims)?;
        let last = DateTime::from_timestamp(claims.exp.saturating_sub(1), 0);
        let then = last.ok_or(InvalidToken::Claims)?.min(now);
        self.check(trusted, &claims.iss, claims.token_use, claims.times(), then)?;
        VerifiedId::read(&trusted.issuer, claims).map(IdTokenHint::of)
    }

    /// The JWKS of a pool: all its keys that are trusted at `now`, sorted by `kid`.
    ///
    /// # Errors
    /// [`InvalidJwkSet`] if the pool has more than 64 keys.
    pub fn published(&self, pool: &PoolId, now: DateTime<Utc>) -> Result<JwkSet, InvalidJwkSet> {
        let of_pool = self.0.keys.values().filter(|trusted| trusted.issuer.pool() == pool);
        let trusted = of_pool.filter(|trusted| trusted.is_trusted_at(now));
        let mut keys: Vec<PublicKey> = trusted.map(|trusted| trusted.key.clone()).collect();
        keys.sort_by(|one, other| one.kid().cmp(other.kid()));
        JwkSet::new(keys)
    }

    /// Finds the key by `kid`, verifies the signature, and only then checks that the key is trusted and is for `token_use`. Returns the key and the payload.
    pub(crate) fn open(
        &self,
        token: &str,
        token_use: TokenUse,
        now: DateTime<Utc>,
    ) -> Result<(&TrustedKey, Vec<u8>), InvalidToken> {
        let compact = Compact::parse(token)?;
        let trusted = self.0.keys.get(compact.kid()).ok_or(InvalidToken::UnknownKey)?;
        let payload = compact.payload(&trusted.key)?;
        if !trusted.is_trusted_at(now) {
            return Err(InvalidToken::RetiredKey);
        }
        if trusted.token_use != token_use {
            return Err(InvalidToken::WrongUse);
        }
        Ok((trusted, payload))
    }

    fn check(
        &self,
        trusted: &TrustedKey,
        issuer: &str,
        token_use: TokenUse,
        times: Times,
        now: DateTime<Utc>,
    ) -> Result<(), InvalidToken> {
        if issuer != trusted.issuer.url().as_str() {
            return Err(InvalidToken::WrongIssuer);
        }
        if token_use != trusted.token_use {
            return Err(InvalidToken::WrongUse);
        }
        times.check(now, self.0.leeway, i64::from(TokenLifetime::LONGEST.seconds()))
    }
}

impl TrustedKey {
    fn is_trusted_at(&self, now: DateTime<Utc>) -> bool {
        self.trusted_until.is_none_or(|end| now < end)
    }
}
