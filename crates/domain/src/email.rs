//! E-mail addresses, normalized for comparison.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::line::is_forbidden;

/// An e-mail address in lower case: at most 254 bytes (RFC 5321 §4.5.3.1.3), with one `@` and text on both sides of it.
///
/// Only a delivered mail proves that an address exists, so nothing stricter is checked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as `name@company.example`")]
pub struct InvalidEmail;

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
        let (name, host) = text.split_once('@').ok_or(InvalidEmail)?;
        let odd = |c: char| c.is_whitespace() || is_forbidden(c) || c == '@';
        if name.is_empty()
            || host.is_empty()
            || text.len() > 254
            || name.contains(odd)
            || host.contains(odd)
        {
            return Err(InvalidEmail);
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
    fn a_malformed_address_is_refused() {
        for odd in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c",
            "a@b@c",
            "a\u{202e}@b",
            "a\0@b",
            &format!("{}@b", "a".repeat(254)),
        ] {
            assert_eq!(odd.parse::<Email>(), Err(InvalidEmail), "{odd}");
        }
    }

    #[test]
    fn a_debug_print_shows_no_address() {
        assert_eq!(format!("{:?}", "amara@acme.example".parse::<Email>()), "Ok(Email(…))");
    }
}
