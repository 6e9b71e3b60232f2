//! E-mail addresses, normalized for comparison.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::line::is_forbidden;

/// The longest address, in bytes.
const LONGEST: usize = 254;

/// An e-mail address in lower case: at most 254 bytes (RFC 5321 §4.5.3.1.3), with one `@` and text on both sides of it.
///
/// Only a delivered mail proves that an address exists, so nothing stricter is checked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Why a text is not an [`Email`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// The trimmed text is empty.
    #[error("the address is empty: expected an e-mail address such as `name@company.example`")]
    Empty,
    /// The address has more than 254 bytes.
    #[error("the address is too long: expected at most {LONGEST} bytes")]
    TooLong,
    /// The text does not have the form of an address.
    #[error(
        "expected an e-mail address such as `name@company.example`: one `@`, and no spaces or control characters"
    )]
    Malformed,
}

impl Email {
    /// The address in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(InvalidEmail::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidEmail::TooLong);
        }
        let (name, host) = text.split_once('@').ok_or(InvalidEmail::Malformed)?;
        let odd = |c: char| c.is_whitespace() || is_forbidden(c) || c == '@';
        if name.is_empty() || host.is_empty() || name.contains(odd) || host.contains(odd) {
            return Err(InvalidEmail::Malformed);
        }
        Ok(Self(text))
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address is personal data, so `{:?}` does not print it.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_lower_case() {
        assert_eq!(" Amara@Acme.Example ".parse::<Email>(), "amara@acme.example".parse());
    }

    #[test]
    fn an_empty_a_long_and_an_odd_address_are_different_errors() {
        for odd in ["@", "a", "a@", "@b", "a b@c", "a@b@c", "a\u{202e}@b", "a\0@b"] {
            assert_eq!(odd.parse::<Email>(), Err(InvalidEmail::Malformed), "{odd}");
        }
        for empty in ["", " "] {
            assert_eq!(empty.parse::<Email>(), Err(InvalidEmail::Empty));
        }
        let long = format!("{}@b", "a".repeat(LONGEST - 1));
        assert_eq!(long.parse::<Email>(), Err(InvalidEmail::TooLong));
        assert!(long[1..].parse::<Email>().is_ok());
    }

    #[test]
    fn a_debug_print_shows_no_address() {
        assert_eq!(format!("{:?}", "amara@acme.example".parse::<Email>()), "Ok(Email(…))");
    }
}
