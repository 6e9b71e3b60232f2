//! The id of a key: `kid`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// 1 to 256 visible ASCII characters. The ids of our own keys are thumbprints (RFC 7638), so two different keys never share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

/// The text is not a valid [`KeyId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid key id: expected 1 to {LONGEST} visible ASCII characters")]
pub struct InvalidKeyId;

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
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        ((1..=LONGEST).contains(&text.len()) && visible).then_some(Self(text)).ok_or(InvalidKeyId)
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
        for odd in ["", "a b", "a\n", "é", "a\0", &"k".repeat(257)] {
            assert_eq!(odd.parse::<KeyId>(), Err(InvalidKeyId), "{odd:?}");
        }
        assert!("bilbo.baggins@hobbiton.example".parse::<KeyId>().is_ok());
    }
}
