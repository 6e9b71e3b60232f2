//! The keys of external issuers. They are kept apart from our own keys, so a `kid` chosen by an external issuer cannot hide or replace one of ours.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::{
    ExternalIssuer, InvalidToken, JwkSet, KeyId, Leeway, PublicKey, compact::Compact,
    verified_external::VerifiedExternal,
};

/// The most different keys with the same `kid`. External issuers choose any `kid`, and a token costs one signature check for each key with its `kid`.
const MAX_KEYS_PER_KID: usize = 8;

/// The keys of external issuers that are trusted now. An immutable snapshot; clones share it.
#[derive(Clone, Debug)]
pub struct ExternalKeyRing(Arc<Ring>);

#[derive(Debug)]
struct Ring {
    keys: HashMap<KeyId, Vec<Trusted>>,
    leeway: Leeway,
}

/// A key and the issuers that publish it: some providers sign for all their customers with the same keys.
#[derive(Debug)]
struct Trusted {
    key: PublicKey,
    issuers: Vec<Arc<ExternalIssuer>>,
}

/// Why a list of issuers is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExternalKeyRing {
    /// Two entries, of one tenant or of two, trust the same issuer for the same audience.
    #[error("two external issuers have the same URL and could accept the same token")]
    Ambiguous,
    /// Too many different keys have the same `kid`.
    #[error("more than {MAX_KEYS_PER_KID} different external keys have the same `kid`")]
    TooMany,
}

impl ExternalKeyRing {
    /// Trusts the given issuers, each with the keys that it publishes ([`JwkSet::parse_external`] reads them).
    ///
    /// # Errors
    /// [`InvalidExternalKeyRing`] if a token could belong to two issuers, or if too many keys have the same `kid`.
    pub fn new(
        issuers: impl IntoIterator<Item = (ExternalIssuer, JwkSet)>,
        leeway: Leeway,
    ) -> Result<Self, InvalidExternalKeyRing> {
        let mut keys: HashMap<KeyId, Vec<Trusted>> = HashMap::new();
        let mut known: Vec<Arc<ExternalIssuer>> = Vec::new();
        for (issuer, set) in issuers {
            if known.iter().any(|other| issuer.overlaps(other)) {
                return Err(InvalidExternalKeyRing::Ambiguous);
            }
            let issuer = Arc::new(issuer);
            known.push(Arc::clone(&issuer));
            for key in set.keys() {
                let same_kid = keys.entry(key.kid().clone()).or_default();
                if let Some(known) = same_kid.iter_mut().find(|known| known.key == *key) {
                    known.issuers.push(Arc::clone(&issuer));
                } else if same_kid.len() < MAX_KEYS_PER_KID {
                    let issuers = vec![Arc::clone(&issuer)];
                    same_kid.push(Trusted { key: key.clone(), issuers });
                } else {
                    return Err(InvalidExternalKeyRing::TooMany);
                }
            }
        }
        Ok(Self(Arc::new(Ring { keys, leeway })))
    }

    /// Whether the token's header names one of these keys. Nothing is verified.
    ///
    /// # Errors
    /// [`InvalidToken`] if the text is not a token, or if its header names no key.
    pub fn has_key_of(&self, token: &str) -> Result<bool, InvalidToken> {
        Ok(self.0.keys.contains_key(Compact::parse_external(token)?.kid()))
    }

    /// Verifies an access token of one of these issuers.
    ///
    /// # Errors
    /// [`InvalidToken`] with the reason. The caller answers 401 for every reason.
    pub fn verify_access(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<VerifiedExternal, InvalidToken> {
        let compact = Compact::parse_external(token)?;
        let keys = self.0.keys.get(compact.kid()).map(Vec::as_slice).unwrap_or_default();
        let mut refused = InvalidToken::UnknownKey;
        for trusted in keys {
            match compact.payload(&trusted.key) {
                Ok(payload) => return trusted.read(&payload, self.0.leeway, now),
                Err(reason) => refused = reason,
            }
        }
        Err(refused)
    }
}

impl Trusted {
    /// Checks the claims against each issuer that publishes the key. The token must be accepted for exactly one of them: `aud` can be a list, and a token with
    /// the audiences of two tenants is refused.
    fn read(
        &self,
        payload: &[u8],
        leeway: Leeway,
        now: DateTime<Utc>,
    ) -> Result<VerifiedExternal, InvalidToken> {
        let (mut found, mut refused) = (None, InvalidToken::WrongIssuer);
        for issuer in &self.issuers {
            match issuer.read(payload, leeway, now) {
                Ok(_) if found.is_some() => return Err(InvalidToken::WrongAudience),
                Ok(verified) => found = Some(verified),
                // The reason of the token's own issuer is more useful than "wrong issuer" from the others.
                Err(InvalidToken::WrongIssuer) => {}
                Err(reason) => refused = reason,
            }
        }
        found.ok_or(refused)
    }
}
