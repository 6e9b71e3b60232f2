//! The keys of other issuers. They stand apart from ours: no name that another gives to a key can hide or replace one of ours.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::{
    ExternalIssuer, JwkSet, KeyId, Leeway, PublicKey, Refused, compact::Compact,
    verified_external::VerifiedExternal,
};

/// The most keys of one name. Others name their keys as they like, and each key of a name costs a signature to try.
const MOST: usize = 8;

/// Keys of other issuers that are trusted now. A snapshot: clones share it, and it never changes.
#[derive(Clone, Debug)]
pub struct ExternalRing(Arc<Ring>);

#[derive(Debug)]
struct Ring {
    keys: HashMap<KeyId, Vec<Trusted>>,
    leeway: Leeway,
}

#[derive(Debug)]
struct Trusted {
    key: PublicKey,
    issuer: Arc<ExternalIssuer>,
}

/// Why issuers make no ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectedExternal {
    /// Two tenants, or one twice, trust the same issuer for the same audience.
    #[error("a token could be meant for two of the external issuers")]
    Ambiguous,
    /// Too many keys have the same name.
    #[error("more than {MOST} external keys have the same `kid`")]
    TooMany,
}

impl ExternalRing {
    /// Trusts those issuers, each with the keys it publishes: [`JwkSet::parse_of_others`].
    ///
    /// # Errors
    /// [`RejectedExternal`] if it were not clear whose a token is.
    pub fn new(
        issuers: impl IntoIterator<Item = (ExternalIssuer, JwkSet)>,
        leeway: Leeway,
    ) -> Result<Self, RejectedExternal> {
        let mut keys: HashMap<KeyId, Vec<Trusted>> = HashMap::new();
        let mut known: Vec<Arc<ExternalIssuer>> = Vec::new();
        for (issuer, set) in issuers {
            if known.iter().any(|other| issuer.could_be_mistaken_for(other)) {
                return Err(RejectedExternal::Ambiguous);
            }
            let issuer = Arc::new(issuer);
            known.push(Arc::clone(&issuer));
            for key in set.keys() {
                let named = keys.entry(key.kid().clone()).or_default();
                if named.len() == MOST {
                    return Err(RejectedExternal::TooMany);
                }
                named.push(Trusted { key: key.clone(), issuer: Arc::clone(&issuer) });
            }
        }
        Ok(Self(Arc::new(Ring { keys, leeway })))
    }

    /// Whether the token names one of these keys. Nothing of it is verified by that.
    ///
    /// # Errors
    /// [`Refused`] if it is no token, or names no key.
    pub fn has_key_of(&self, token: &str) -> Result<bool, Refused> {
        Ok(self.0.keys.contains_key(Compact::parse(token)?.kid()))
    }

    /// Verifies an access token of one of the issuers.
    ///
    /// # Errors
    /// [`Refused`] says why. Outside, all reasons are one 401.
    pub fn verify_access(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<VerifiedExternal, Refused> {
        let compact = Compact::parse(token)?;
        let named = self.0.keys.get(compact.kid()).map(Vec::as_slice).unwrap_or_default();
        let mut refused = Refused::UnknownKey;
        for trusted in named {
            let read = |payload: Vec<u8>| trusted.issuer.read(&payload, self.0.leeway, now);
            match compact.payload(&trusted.key).and_then(read) {
                Ok(verified) => return Ok(verified),
                Err(reason) => refused = reason,
            }
        }
        Err(refused)
    }
}
