//! One line of text as a person types it: a name, a position, a place.

use std::fmt;

/// One line: trimmed, not empty, no control characters, and none that turn the direction of what stands beside it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Line(String);

/// The text is empty, too long, or holds what a line cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is one line of 1 to {longest} characters, without control characters")]
pub struct InvalidLine {
    longest: usize,
}

impl Line {
    /// The longest name, position or place, in characters.
    pub const LONGEST: usize = 100;
    /// The longest telephone number, in characters.
    pub const LONGEST_PHONE: usize = 40;

    /// Reads a line of at most so many characters.
    ///
    /// # Errors
    /// [`InvalidLine`] says what could be.
    pub fn parse(text: &str, longest: usize) -> Result<Self, InvalidLine> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > longest || text.contains(misleads) {
            return Err(InvalidLine { longest });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, line and paragraph separators, and the signs that reorder a text (Unicode UAX #9): with them a name could
/// show as another's.
pub(crate) fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl From<Line> for String {
    fn from(line: Line) -> Self {
        line.0
    }
}

/// What people type is mostly personal data: `{:?}` in a log shows none of it.
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
    fn what_is_no_line_is_refused() {
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
