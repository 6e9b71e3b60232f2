//! A set of keys (JWKS, RFC 7517 §5): the set that a pool publishes, and sets that are read from external issuers.

use std::collections::HashSet;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use crate::{
    KeyId, PublicKey,
    invalid_jwk::{InvalidJwk, InvalidJwkSet},
    json,
    jwk::ReceivedJwk,
};

/// The longest document that is parsed, in bytes. The largest providers publish about 20 KiB.
const LONGEST: usize = 128 * 1024;
/// The most keys in one set.
const MAX_KEYS: usize = 64;

/// Public keys, each with a different `kid`. Serialized as the document `{"keys":[…]}`.
#[derive(Clone, Debug, PartialEq)]
pub struct JwkSet(Vec<PublicKey>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<ReceivedJwk>,
}

impl JwkSet {
    /// A set of the given keys. A pool has two, and more while keys are rotated (row T8).
    ///
    /// # Errors
    /// [`InvalidJwkSet`] if two keys have the same `kid`, or if there are more than 64.
    pub fn new(keys: Vec<PublicKey>) -> Result<Self, InvalidJwkSet> {
        if keys.len() > MAX_KEYS {
            return Err(InvalidJwkSet::TooLong);
        }
        let mut names = HashSet::new();
        if !keys.iter().all(|key| names.insert(key.kid())) {
            return Err(InvalidJwkSet::Duplicate);
        }
        Ok(Self(keys))
    }

    /// Parses a set, or a single JWK. One invalid key makes the whole set invalid (row T4a).
    ///
    /// # Errors
    /// [`InvalidJwkSet`] if the document is too long, is not a set, or has an invalid key.
    pub fn parse(document: &[u8]) -> Result<Self, InvalidJwkSet> {
        if document.len() > LONGEST {
            return Err(InvalidJwkSet::TooLong);
        }
        if let Some(set) = json::object::<Document>(document) {
            return Self::read(set.keys);
        }
        // Not a valid set: try a single key.
        let key = PublicKey::from_jwk(document).map_err(|reason| match reason {
            InvalidJwk::NotAJwk => InvalidJwkSet::NotAJwkSet,
            reason => InvalidJwkSet::Key(reason),
        })?;
        Ok(Self(vec![key]))
    }

    /// Parses the set of an external issuer. Keys for encryption or for other algorithms than RS256 and ES256 are left out. Private key material still makes
    /// the whole set invalid.
    ///
    /// # Errors
    /// [`InvalidJwkSet`] if the document is too long, is not a set, or has an invalid key that is not left out.
    pub fn parse_external(document: &[u8]) -> Result<Self, InvalidJwkSet> {
        if document.len() > LONGEST {
            return Err(InvalidJwkSet::TooLong);
        }
        let set = json::object::<Document>(document).ok_or(InvalidJwkSet::NotAJwkSet)?;
        let ours = |key: &ReceivedJwk| key.is_secret() || !key.is_for_something_else();
        Self::read(set.keys.into_iter().filter(ours).collect())
    }

    /// The key with this `kid`.
    pub fn get(&self, kid: &KeyId) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.kid() == kid)
    }

    /// The keys, in the order of the document.
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }

    fn read(keys: Vec<ReceivedJwk>) -> Result<Self, InvalidJwkSet> {
        if keys.len() > MAX_KEYS {
            return Err(InvalidJwkSet::TooLong);
        }
        let keys: Result<Vec<PublicKey>, InvalidJwk> =
            keys.into_iter().map(ReceivedJwk::key).collect();
        Self::new(keys.map_err(InvalidJwkSet::Key)?)
    }
}

impl Serialize for JwkSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys: Vec<_> = self.0.iter().map(PublicKey::to_jwk).collect();
        let mut document = serializer.serialize_struct("JwkSet", 1)?;
        document.serialize_field("keys", &keys)?;
        document.end()
    }
}
