//! The id of a key: `kid`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// 1 to 256 visible ASCII characters. The ids of our own keys are thumbprints (RFC 7638), so two different keys never share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

/// Why a text is not a [`KeyId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyId {
    /// The text is empty.
    #[error("the key id is empty: expected 1 to {LONGEST} visible ASCII characters")]
    Empty,
    /// The text has more than 256 bytes.
    #[error("the key id is too long: expected at most {LONGEST} characters")]
    TooLong,
    /// The text contains a space, a control character or a character outside ASCII.
    #[error("the key id contains a forbidden character: expected visible ASCII characters")]
    Character,
}

const LONGEST: usize = 256;

impl KeyId {
    /// The id as text, as in `kid`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for KeyId {
    type Error = InvalidKeyId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Err(InvalidKeyId::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidKeyId::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidKeyId::Character);
        }
        Ok(Self(text))
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_key_ids_are_refused() {
        for odd in ["a b", "a\n", "é", "a\0"] {
            assert_eq!(odd.parse::<KeyId>(), Err(InvalidKeyId::Character), "{odd:?}");
        }
        assert_eq!("".parse::<KeyId>(), Err(InvalidKeyId::Empty));
        assert_eq!("k".repeat(257).parse::<KeyId>(), Err(InvalidKeyId::TooLong));
        assert!("bilbo.baggins@hobbiton.example".parse::<KeyId>().is_ok());
    }
}
