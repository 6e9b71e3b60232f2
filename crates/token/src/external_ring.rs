//! The keys of other issuers. They stand apart from ours: no name that another gives to a key can hide or replace one of ours.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::{
    ExternalIssuer, JwkSet, KeyId, Leeway, PublicKey, Refused, compact::Compact,
    verified_external::VerifiedExternal,
};

/// The most different keys of one name. Others name their keys as they like, and each key of a name costs a signature to try.
const MOST: usize = 8;

/// Keys of other issuers that are trusted now. A snapshot: clones share it, and it never changes.
#[derive(Clone, Debug)]
pub struct ExternalRing(Arc<Ring>);

#[derive(Debug)]
struct Ring {
    keys: HashMap<KeyId, Vec<Trusted>>,
    leeway: Leeway,
}

/// A key, and those who publish it: some providers sign for all their customers with the same ones.
#[derive(Debug)]
struct Trusted {
    key: PublicKey,
    issuers: Vec<Arc<ExternalIssuer>>,
}

/// Why issuers make no ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectedExternal {
    /// Two tenants, or one twice, trust the same issuer for the same audience.
    #[error("a token could be meant for two of the external issuers")]
    Ambiguous,
    /// Too many different keys have the same name.
    #[error("more than {MOST} different external keys have the same `kid`")]
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

    /// Whether the token names one of these keys. Nothing of it is verified by that.
    ///
    /// # Errors
    /// [`Refused`] if it is no token, or names no key.
    pub fn has_key_of(&self, token: &str) -> Result<bool, Refused> {
        Ok(self.0.keys.contains_key(Compact::parse_of_others(token)?.kid()))
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
        let compact = Compact::parse_of_others(token)?;
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
    /// What the token says, if it is of one of the issuers and meant for one tenant: `aud` can be a list, and with the words of two in it would be a matter of
    /// chance whose it is.
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
                // That it is another's says less than why its own does not stand for it.
                Err(Refused::WrongIssuer) => {}
                Err(reason) => refused = reason,
            }
        }
        found.ok_or(refused)
    }
}
