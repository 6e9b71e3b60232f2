//! The text that rows are ordered by.

use std::{fmt, str::FromStr};

/// Folded text that the store orders rows by: printable ASCII with U+001F between its parts, at most [`TextKey::LONGEST`] bytes.
///
/// Keys are compared byte by byte (`collate "C"`). Clients send them back in cursors, so they are parsed like any other input (row G11).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextKey(String);

/// Why a text is not a [`TextKey`]. Empty text is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTextKey {
    /// The text is longer than [`TextKey::LONGEST`].
    #[error("the key is too long: expected at most {} bytes", TextKey::LONGEST)]
    TooLong,
    /// The text contains a character that a key cannot have.
    #[error("the key contains a forbidden character: expected printable ASCII and U+001F")]
    Character,
}

impl TextKey {
    /// The longest key, in bytes: two parts of 254 and the separator.
    pub const LONGEST: usize = 509;

    /// The key as folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TextKey {
    type Err = InvalidTextKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| matches!(byte, b' '..=b'~' | 0x1f);
        if text.len() > Self::LONGEST {
            return Err(InvalidTextKey::TooLong);
        }
        if !text.bytes().all(allowed) {
            return Err(InvalidTextKey::Character);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for TextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_parts_are_a_key() {
        for text in ["", "okafor\u{1f}amara", "o'neill-smith, jr.", "on_leave"] {
            assert_eq!(text.parse::<TextKey>().map(|key| key.to_string()).as_deref(), Ok(text));
        }
    }

    /// G11: a key that a row cannot have is refused before it reaches PostgreSQL.
    #[test]
    fn a_key_that_no_row_can_have_is_refused() {
        for odd in ["a\0", "\n", "é", "\u{7f}"] {
            assert_eq!(odd.parse::<TextKey>(), Err(InvalidTextKey::Character), "{odd:?}");
        }
        let long = "a".repeat(TextKey::LONGEST + 1);
        assert_eq!(long.parse::<TextKey>(), Err(InvalidTextKey::TooLong));
    }
}
