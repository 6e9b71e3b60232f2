//! One line of text that a user types: a name, a position, a location.

use std::fmt;

/// One line of text: trimmed, not empty, without control characters and without characters that change the direction of the text around them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Line(String);

/// Why a text is not a [`Line`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLine {
    /// The trimmed text is empty.
    #[error("the text is empty: expected one line of 1 to {longest} characters")]
    Empty {
        /// The most characters that are allowed.
        longest: usize,
    },
    /// The trimmed text is longer than allowed.
    #[error("the text is too long: expected at most {longest} characters")]
    TooLong {
        /// The most characters that are allowed.
        longest: usize,
    },
    /// The text contains a control character, or one that changes the direction of the text around it.
    #[error(
        "the text contains a forbidden character: expected one line without control characters and without characters that change the direction of text"
    )]
    ForbiddenCharacter,
}

impl Line {
    /// The longest name, position or location, in characters.
    pub const LONGEST: usize = 100;

    /// Trims and checks a line of at most `longest` characters.
    ///
    /// # Errors
    /// [`InvalidLine`] with the first reason found.
    pub fn parse(text: &str, longest: usize) -> Result<Self, InvalidLine> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidLine::Empty { longest });
        }
        if text.chars().count() > longest {
            return Err(InvalidLine::TooLong { longest });
        }
        if text.contains(is_forbidden) {
            return Err(InvalidLine::ForbiddenCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The trimmed text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the character could make a name look like another one: a control character, a line or paragraph separator, the byte order mark, or one that reorders
/// text (Unicode UAX #9).
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl From<Line> for String {
    fn from(line: Line) -> Self {
        line.0
    }
}

/// User input is mostly personal data, so `{:?}` does not print it.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_keeps_its_letters() {
        for (typed, line) in
            [(" Łukasz ", "Łukasz"), ("O'Neill", "O'Neill"), ("李 小龙", "李 小龙")]
        {
            assert_eq!(Line::parse(typed, 10).map(String::from).as_deref(), Ok(line));
        }
        assert!(Line::parse(&"ü".repeat(10), 10).is_ok());
    }

    #[test]
    fn an_empty_a_long_and_an_odd_line_are_different_errors() {
        for empty in ["", "  "] {
            assert_eq!(Line::parse(empty, 10), Err(InvalidLine::Empty { longest: 10 }));
        }
        let long = "a".repeat(11);
        assert_eq!(Line::parse(&long, 10), Err(InvalidLine::TooLong { longest: 10 }));
        for odd in
            ["a\0b", "a\nb", "a\u{1f}b", "a\u{202e}b", "a\u{2066}b", "a\u{2028}b", "\u{feff}a"]
        {
            assert_eq!(Line::parse(odd, 10), Err(InvalidLine::ForbiddenCharacter), "{odd:?}");
        }
    }

    #[test]
    fn an_error_says_what_is_wrong_and_what_is_allowed() {
        for (text, said) in [
            ("", "the text is empty: expected one line of 1 to 3 characters"),
            ("abcd", "the text is too long: expected at most 3 characters"),
        ] {
            assert_eq!(Line::parse(text, 3).unwrap_err().to_string(), said);
        }
    }

    #[test]
    fn a_debug_print_shows_no_text() {
        assert_eq!(format!("{:?}", Line::parse("Amara", 10)), "Ok(Line(…))");
    }
}
