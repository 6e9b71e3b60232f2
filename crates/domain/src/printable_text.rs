//! Text from clients that is stored or compared unchanged, such as the `nonce` of OpenID Connect.

use std::fmt;

/// Text without control characters: it contains no character that PostgreSQL cannot store (U+0000) or that changes how a log or a terminal shows it (row G11).
///
/// Unlike [`Line`](crate::Line), it is not trimmed and may be empty or reorder the text around it. Two values are equal only if every character is equal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PrintableText(String);

/// Why a text is not a [`PrintableText`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// The text is longer than allowed.
    #[error("the text is too long: expected at most {longest} bytes")]
    TooLong {
        /// The most bytes that are allowed.
        longest: usize,
    },
    /// The text contains a control character (Unicode category Cc).
    #[error("the text contains a control character: expected printable text")]
    ControlCharacter,
}

impl PrintableText {
    /// Parses text of at most `longest` bytes. Empty text is allowed.
    ///
    /// # Errors
    /// [`InvalidText`] if the text is too long or contains a control character.
    pub fn parse(text: &str, longest: usize) -> Result<Self, InvalidText> {
        if text.len() > longest {
            return Err(InvalidText::TooLong { longest });
        }
        if text.contains(char::is_control) {
            return Err(InvalidText::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as the client sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<PrintableText> for String {
    fn from(text: PrintableText) -> Self {
        text.0
    }
}

/// Clients may send personal data, so `{:?}` does not print it.
impl fmt::Debug for PrintableText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrintableText(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_text_is_kept_as_it_is() {
        for text in ["", " n-0S6_WzA2Mj ", "Zürich", "李\u{202e}"] {
            assert_eq!(PrintableText::parse(text, 32).map(String::from).as_deref(), Ok(text));
        }
    }

    /// G11: a control character is refused, wherever it stands in the text.
    #[test]
    fn a_control_character_is_refused() {
        for odd in ["\0", "a\0b", "a\n", "\u{1f}a", "a\u{7f}", "a\u{85}b"] {
            let refused = PrintableText::parse(odd, 32);
            assert_eq!(refused, Err(InvalidText::ControlCharacter), "{odd:?}");
        }
    }

    #[test]
    fn the_length_is_counted_in_bytes() {
        assert!(PrintableText::parse("üü", 4).is_ok());
        assert_eq!(PrintableText::parse("üüa", 4), Err(InvalidText::TooLong { longest: 4 }));
    }

    #[test]
    fn a_debug_print_shows_no_text() {
        assert_eq!(format!("{:?}", PrintableText::parse("secret", 9)), "Ok(PrintableText(…))");
    }
}
