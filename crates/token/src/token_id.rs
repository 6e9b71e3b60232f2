//! The id of one token: `jti`.

use std::fmt;

use uuid::{Builder, Uuid};

/// A random UUID, another one for each token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenId(Uuid);

impl TokenId {
    /// A new one.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Builder::from_random_bytes(bytes).into_uuid()))
    }

    pub(crate) const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    /// The UUID.
    pub const fn as_uuid(&self) -> Uuid {
        self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
