//! The root key as the operator configures it: 32 random bytes in base64.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

const LENGTH: usize = 32;

/// The secret from which all other keys are derived. Its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct RootKey(Zeroizing<[u8; LENGTH]>);

/// The text is not a root key. The message does not repeat it, because it may contain part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRootKey {
    /// The text is not base64.
    #[error("the value is not base64 with padding (RFC 4648 section 4)")]
    NotBase64,
    /// The key has this many bytes, which is too few or too many.
    #[error("the value has {0} bytes, expected {LENGTH}")]
    Length(usize),
    /// Every byte is the same, so the text is a placeholder.
    #[error("the value is a placeholder: every byte is the same")]
    Placeholder,
}

impl RootKey {
    /// Draws a new root key.
    ///
    /// # Errors
    /// If the operating system provides no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut key = Zeroizing::new([0; LENGTH]);
        getrandom::fill(&mut *key)?;
        Ok(Self(key))
    }

    /// Encodes the key for the configuration. The result is the secret itself and belongs in a secret store only.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(*self.0))
    }

    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl FromStr for RootKey {
    type Err = InvalidRootKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let decoded = STANDARD.decode(text.trim()).map_err(|_| InvalidRootKey::NotBase64)?;
        let decoded = Zeroizing::new(decoded);
        let key: [u8; LENGTH] =
            decoded.as_slice().try_into().map_err(|_| InvalidRootKey::Length(decoded.len()))?;
        let key = Zeroizing::new(key);
        if key.iter().all(|byte| *byte == key[0]) {
            return Err(InvalidRootKey::Placeholder);
        }
        Ok(Self(key))
    }
}

/// Prints no part of the key.
impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_round_trips() {
        let key = RootKey::random().unwrap();
        let read: RootKey = format!("{}\n", key.to_base64().as_str()).parse().unwrap();
        assert_eq!(read.bytes(), key.bytes());
        assert_ne!(read.bytes(), RootKey::random().unwrap().bytes());
    }

    #[test]
    fn a_malformed_root_key_is_refused_with_the_reason() {
        let refused = |text: &str| text.parse::<RootKey>().unwrap_err();
        assert_eq!(refused("not base64!"), InvalidRootKey::NotBase64);
        assert_eq!(refused(""), InvalidRootKey::Length(0));
        assert_eq!(refused(&STANDARD.encode([7; 31])), InvalidRootKey::Length(31));
        assert_eq!(refused(&STANDARD.encode([7; 33])), InvalidRootKey::Length(33));
        assert_eq!(refused(&STANDARD.encode([0; 32])), InvalidRootKey::Placeholder);
    }

    #[test]
    fn nothing_shows_the_key() {
        let key = RootKey::random().unwrap();
        assert_eq!(format!("{key:?}"), "RootKey(…)");
    }
}
