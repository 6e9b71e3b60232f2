//! Text of a client that is kept or compared as it was sent, such as the `nonce` of OpenID Connect.

use std::fmt;

/// Text without control characters: nothing in it that PostgreSQL cannot store (U+0000) or that changes how a log or a terminal shows it (row G11).
///
/// Unlike [`Line`](crate::Line) it is neither trimmed nor bound to be legible: two of them are equal only if every character is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PrintableText(String);

/// The text is no [`PrintableText`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// It is longer than its place allows.
    #[error("it has more than {longest} bytes")]
    TooLong {
        /// The most bytes that are allowed.
        longest: usize,
    },
    /// It has a control character (Unicode category Cc).
    #[error("it has a control character")]
    ControlCharacter,
}

impl PrintableText {
    /// Parses text of at most `longest` bytes. Empty text is allowed.
    ///
    /// # Errors
    /// [`InvalidText`] says which rule it breaks.
    pub fn parse(text: &str, longest: usize) -> Result<Self, InvalidText> {
        if text.len() > longest {
            return Err(InvalidText::TooLong { longest });
        }
        if text.contains(char::is_control) {
            return Err(InvalidText::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<PrintableText> for String {
    fn from(text: PrintableText) -> Self {
        text.0
    }
}

/// Clients may send personal data: `{:?}` in a log shows none of it.
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

    /// G11: no control character is text that may be stored, wherever it stands.
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
