//! The keys of all pools of ours, by their names: the only way from a text to a verified token.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use domain::PoolId;

use crate::{
    IdHint, Issuer, JwkSet, KeyId, Leeway, PublicKey, Refused, RejectedSet, TokenLifetime,
    TokenUse, VerifiedAccess, VerifiedId,
    claims::{AccessClaims, IdClaims},
    compact::Compact,
    json,
    lifetime::Times,
};

/// Public keys that are trusted now. A snapshot: clones share it, and it never changes.
#[derive(Clone, Debug)]
pub struct KeyRing(Arc<Ring>);

#[derive(Debug)]
struct Ring {
    keys: HashMap<KeyId, TrustedKey>,
    leeway: Leeway,
}

/// A key, and all that a token must say that it signed.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// Which tokens it signs.
    pub token_use: TokenUse,
    /// Whose.
    pub issuer: Arc<Issuer>,
    /// When it is trusted no more, if it was replaced (row T8).
    pub trusted_until: Option<DateTime<Utc>>,
}

/// Why keys make no ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectedRing {
    /// A key's name is not its thumbprint, so another key could have it too.
    #[error("the name of a key is not its thumbprint")]
    Name,
    /// The same key twice: it would speak for two pools or two uses.
    #[error("a key is there twice")]
    Duplicate,
}

impl KeyRing {
    /// Trusts those keys.
    ///
    /// # Errors
    /// [`RejectedRing`] if a key is named otherwise than by its thumbprint, or comes twice.
    pub fn new(
        keys: impl IntoIterator<Item = TrustedKey>,
        leeway: Leeway,
    ) -> Result<Self, RejectedRing> {
        let mut ring = HashMap::new();
        for key in keys {
            if !key.key.is_named_by_its_thumbprint() {
                return Err(RejectedRing::Name);
            }
            match ring.entry(key.key.kid().clone()) {
                Entry::Occupied(_) => return Err(RejectedRing::Duplicate),
                Entry::Vacant(place) => place.insert(key),
            };
        }
        Ok(Self(Arc::new(Ring { keys: ring, leeway })))
    }

    /// Whether a key of this name is ours.
    pub fn has(&self, kid: &KeyId) -> bool {
        self.0.keys.contains_key(kid)
    }

    /// Whether the token names one of these keys. Nothing of it is verified by that.
    ///
    /// # Errors
    /// [`Refused`] if it is no token, or names no key.
    pub fn has_key_of(&self, token: &str) -> Result<bool, Refused> {
        Ok(self.has(Compact::parse_of_others(token)?.kid()))
    }

    /// Verifies an access token of ours (rows T4a, T4b, T4d–f).
    ///
    /// # Errors
    /// [`Refused`] says why. Outside, all reasons are one 401.
    pub fn verify_access(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAccess, Refused> {
        let (trusted, payload) = self.open(token, TokenUse::Access, now)?;
        let claims: AccessClaims = json::object(&payload).ok_or(Refused::Claims)?;
        self.check(trusted, &claims.iss, claims.token_use, claims.times(), now)?;
        VerifiedAccess::read(&trusted.issuer, &claims)
    }

    /// Verifies an ID token of ours. Whoever calls looks whether it was meant for them: [`VerifiedId::client`].
    ///
    /// # Errors
    /// [`Refused`] says why. Outside, all reasons are one 401.
    pub fn verify_id(&self, token: &str, now: DateTime<Utc>) -> Result<VerifiedId, Refused> {
        let (trusted, payload) = self.open(token, TokenUse::Id, now)?;
        let claims: IdClaims = json::object(&payload).ok_or(Refused::Claims)?;
        self.check(trusted, &claims.iss, claims.token_use, claims.times(), now)?;
        VerifiedId::read(&trusted.issuer, claims)
    }

    /// Verifies an ID token of ours as of the last second of its life: all must be right with it but the time.
    ///
    /// # Errors
    /// [`Refused`] says why; also once its key is trusted no more.
    pub fn verify_id_hint(&self, token: &str, now: DateTime<Utc>) -> Result<IdHint, Refused> {
        let (trusted, payload) = self.open(token, TokenUse::Id, now)?;
        let claims: IdClaims = json::object(&payload).ok_or(Refused::Claims)?;
        let last = DateTime::from_timestamp(claims.exp.saturating_sub(1), 0);
        let then = last.ok_or(Refused::Claims)?.min(now);
        self.check(trusted, &claims.iss, claims.token_use, claims.times(), then)?;
        VerifiedId::read(&trusted.issuer, claims).map(IdHint::of)
    }

    /// What a pool publishes at this moment: all its keys that are trusted, in the order of their names.
    ///
    /// # Errors
    /// [`RejectedSet`] if they are too many.
    pub fn published(&self, pool: &PoolId, now: DateTime<Utc>) -> Result<JwkSet, RejectedSet> {
        let of_pool = self.0.keys.values().filter(|trusted| trusted.issuer.pool() == pool);
        let trusted = of_pool.filter(|trusted| trusted.is_trusted_at(now));
        let mut keys: Vec<PublicKey> = trusted.map(|trusted| trusted.key.clone()).collect();
        keys.sort_by(|one, other| one.kid().cmp(other.kid()));
        JwkSet::new(keys)
    }

    /// Finds the key by its name, and the payload with the key. What the token is for is looked at only then.
    pub(crate) fn open(
        &self,
        token: &str,
        token_use: TokenUse,
        now: DateTime<Utc>,
    ) -> Result<(&TrustedKey, Vec<u8>), Refused> {
        let compact = Compact::parse(token)?;
        let trusted = self.0.keys.get(compact.kid()).ok_or(Refused::UnknownKey)?;
        let payload = compact.payload(&trusted.key)?;
        if !trusted.is_trusted_at(now) {
            return Err(Refused::RetiredKey);
        }
        if trusted.token_use != token_use {
            return Err(Refused::WrongUse);
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
    ) -> Result<(), Refused> {
        if issuer != trusted.issuer.url().as_str() {
            return Err(Refused::WrongIssuer);
        }
        if token_use != trusted.token_use {
            return Err(Refused::WrongUse);
        }
        times.check(now, self.0.leeway, i64::from(TokenLifetime::LONGEST.seconds()))
    }
}

impl TrustedKey {
    fn is_trusted_at(&self, now: DateTime<Utc>) -> bool {
        self.trusted_until.is_none_or(|end| now < end)
    }
}
