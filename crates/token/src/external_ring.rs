//! The keys of external issuers. They are kept apart from our own keys, so a `kid` chosen by an external issuer cannot hide or replace one of ours.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::{
    ExternalIssuer, JwkSet, KeyId, Leeway, PublicKey, Refused, compact::Compact,
    verified_external::VerifiedExternal,
};

/// The most different keys with the same `kid`. External issuers choose any `kid`, and a token costs one signature check for each key with its `kid`.
const MOST: usize = 8;

/// The keys of external issuers that are trusted now. An immutable snapshot; clones share it.
#[derive(Clone, Debug)]
pub struct ExternalRing(Arc<Ring>);

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
pub enum RejectedExternal {
    /// Two entries, of one tenant or of two, trust the same issuer for the same audience.
    #[error("two external issuers have the same URL and could accept the same token")]
    Ambiguous,
    /// Too many different keys have the same `kid`.
    #[error("more than {MOST} different external keys have the same `kid`")]
    TooMany,
}

impl ExternalRing {
    /// Trusts the given issuers, each with the keys that it publishes ([`JwkSet::parse_external`] reads them).
    ///
    /// # Errors
    /// [`RejectedExternal`] if a token could belong to two issuers, or if too many keys have the same `kid`.
    pub fn new(
        issuers: impl IntoIterator<Item = (ExternalIssuer, JwkSet)>,
        leeway: Leeway,
    ) -> Result<Self, RejectedExternal> {
        let mut keys: HashMap<KeyId, Vec<Trusted>> = HashMap::new();
        let mut known: Vec<Arc<ExternalIssuer>> = Vec::new();
        for (issuer, set) in issuers {
            if known.iter().any(|other| issuer.overlaps(other)) {
                return Err(RejectedExternal::Ambiguous);
            }
            let issuer = Arc::new(issuer);
            known.push(Arc::clone(&issuer));
            for key in set.keys() {
                let named = keys.entry(key.kid().clone()).or_default();
                if let Some(known) = named.iter_mut().find(|known| known.key == *key) {
                    known.issuers.push(Arc::clone(&issuer));
                } else if named.len() < MOST {
                    let issuers = vec![Arc::clone(&issuer)];
                    named.push(Trusted { key: key.clone(), issuers });
                } else {
                    return Err(RejectedExternal::TooMany);
                }
            }
        }
        Ok(Self(Arc::new(Ring { keys, leeway })))
    }

    /// Whether the token's header names one of these keys. Nothing is verified.
    ///
    /// # Errors
    /// [`Refused`] if the text is not a token, or if its header names no key.
    pub fn has_key_of(&self, token: &str) -> Result<bool, Refused> {
        Ok(self.0.keys.contains_key(Compact::parse_external(token)?.kid()))
    }

    /// Verifies an access token of one of these issuers.
    ///
    /// # Errors
    /// [`Refused`] with the reason. The caller answers 401 for every reason.
    pub fn verify_access(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<VerifiedExternal, Refused> {
        let compact = Compact::parse_external(token)?;
        let named = self.0.keys.get(compact.kid()).map(Vec::as_slice).unwrap_or_default();
        let mut refused = Refused::UnknownKey;
        for trusted in named {
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
    ) -> Result<VerifiedExternal, Refused> {
        let (mut found, mut refused) = (None, Refused::WrongIssuer);
        for issuer in &self.issuers {
            match issuer.read(payload, leeway, now) {
                Ok(_) if found.is_some() => return Err(Refused::WrongAudience),
                Ok(verified) => found = Some(verified),
                // The reason of the token's own issuer is more useful than "wrong issuer" from the others.
                Err(Refused::WrongIssuer) => {}
                Err(reason) => refused = reason,
            }
        }
        found.ok_or(refused)
    }
}
