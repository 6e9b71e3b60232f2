//! The id of a single token: `jti`.

use std::fmt;

use uuid::{Builder, Uuid};

/// A random UUID (version 4), different for each token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenId(Uuid);

impl TokenId {
    /// Makes a new random id.
    ///
    /// # Errors
    /// If the operating system provides no randomness.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Builder::from_random_bytes(bytes).into_uuid()))
    }

    pub(crate) const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    /// The id as a UUID; `Display` writes the text of `jti`.
    pub const fn as_uuid(&self) -> Uuid {
        self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
