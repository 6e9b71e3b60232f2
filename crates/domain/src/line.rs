//! One line of text that a user types: a name, a position, a location.

use std::fmt;

/// One line of text: trimmed, not empty, without control characters and without characters that change the direction of the text around them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Line(String);

/// The text is empty, too long, or contains a character that a line must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one line of 1 to {longest} characters, without control characters")]
pub struct InvalidLine {
    longest: usize,
}

impl Line {
    /// The longest name, position or location, in characters.
    pub const LONGEST: usize = 100;
    /// The longest telephone number, in characters.
    pub const LONGEST_PHONE: usize = 40;

    /// Trims and checks a line of at most `longest` characters.
    ///
    /// # Errors
    /// [`InvalidLine`] if the trimmed text is empty, is too long or contains a character that a line must not have.
    pub fn parse(text: &str, longest: usize) -> Result<Self, InvalidLine> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > longest || text.contains(is_forbidden) {
            return Err(InvalidLine { longest });
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
    fn an_invalid_line_is_refused() {
        let long = "a".repeat(11);
        for odd in [
            "",
            "  ",
            &long,
            "a\0b",
            "a\nb",
            "a\u{1f}b",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{2028}b",
            "\u{feff}a",
        ] {
            assert_eq!(Line::parse(odd, 10), Err(InvalidLine { longest: 10 }), "{odd:?}");
        }
    }

    #[test]
    fn a_debug_print_shows_no_text() {
        assert_eq!(format!("{:?}", Line::parse("Amara", 10)), "Ok(Line(…))");
    }
}
