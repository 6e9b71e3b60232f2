//! A set of keys (JWKS, RFC 7517 §5): what a pool publishes, and what is read from others.

use std::collections::HashSet;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use crate::{
    KeyId, PublicKey, json,
    jwk::Read,
    rejected::{RejectedKey, RejectedSet},
};

/// The longest document that is read, in bytes. The largest providers publish some 20 KiB.
const LONGEST: usize = 128 * 1024;
/// The most keys that are read.
const MOST: usize = 64;

/// Keys, each with a name of its own. As JSON it is the document `{"keys":[…]}`.
#[derive(Clone, Debug, PartialEq)]
pub struct JwkSet(Vec<PublicKey>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<Read>,
}

impl JwkSet {
    /// Those keys: two of a pool, and more while they are rotated (row T8).
    ///
    /// # Errors
    /// [`RejectedSet`] if two have the same name, or if there are too many.
    pub fn new(keys: Vec<PublicKey>) -> Result<Self, RejectedSet> {
        if keys.len() > MOST {
            return Err(RejectedSet::TooLong);
        }
        let mut names = HashSet::new();
        if !keys.iter().all(|key| names.insert(key.kid())) {
            return Err(RejectedSet::Duplicate);
        }
        Ok(Self(keys))
    }

    /// Reads a set, or a single key. One key that is not fit spoils the set (row T4a).
    ///
    /// # Errors
    /// [`RejectedSet`] says what is wrong with it.
    pub fn parse(document: &[u8]) -> Result<Self, RejectedSet> {
        if document.len() > LONGEST {
            return Err(RejectedSet::TooLong);
        }
        if let Some(set) = json::object::<Document>(document) {
            return Self::read(set.keys);
        }
        // A set with something odd in it may still look like a key.
        let key = PublicKey::from_jwk(document).map_err(|reason| match reason {
            RejectedKey::NoJwk => RejectedSet::NoSet,
            reason => RejectedSet::Key(reason),
        })?;
        Ok(Self(vec![key]))
    }

    /// Reads the set of another provider, where keys for encryption and of other algorithms stand beside those for RS256 and ES256: they are
    /// left out. A published secret still spoils the set.
    ///
    /// # Errors
    /// [`RejectedSet`] says what is wrong with it.
    pub fn parse_of_others(document: &[u8]) -> Result<Self, RejectedSet> {
        if document.len() > LONGEST {
            return Err(RejectedSet::TooLong);
        }
        let set = json::object::<Document>(document).ok_or(RejectedSet::NoSet)?;
        let ours = |key: &Read| key.is_secret() || !key.is_for_something_else();
        Self::read(set.keys.into_iter().filter(ours).collect())
    }

    /// The key of that name.
    pub fn get(&self, kid: &KeyId) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.kid() == kid)
    }

    /// Its keys, in their order.
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }

    fn read(keys: Vec<Read>) -> Result<Self, RejectedSet> {
        if keys.len() > MOST {
            return Err(RejectedSet::TooLong);
        }
        let keys: Result<Vec<PublicKey>, RejectedKey> = keys.into_iter().map(Read::key).collect();
        Self::new(keys.map_err(RejectedSet::Key)?)
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
