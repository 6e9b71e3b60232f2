//! The name of a tenant in its host: `acme` in `acme.localhost`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest DNS label, in bytes.
const LONGEST: usize = 63;

/// Host labels that the product uses itself; a tenant cannot have one.
pub const RESERVED_SLUGS: [&str; 5] = ["ops", "www", "api", "auth", "lab"];

/// A DNS label (RFC 1123 §2.1) in lower-case ASCII, 1 to 63 characters, that is not reserved.
///
/// A slug contains only letters, digits and hyphens, and none of `:` `*` `[` `{`, so it cannot widen a pattern or imitate a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct TenantSlug(String);

/// Why a text is not a [`TenantSlug`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSlug {
    /// The text is empty.
    #[error("the name is empty: expected 1 to {LONGEST} characters of `a-z`, `0-9` and `-`")]
    Empty,
    /// The text has more than 63 bytes.
    #[error("the name is too long: expected at most {LONGEST} characters")]
    TooLong,
    /// The text contains a character outside `a-z`, `0-9` and `-`.
    #[error("the name contains a forbidden character: expected `a-z`, `0-9` and `-`")]
    Character,
    /// The text begins or ends with a hyphen.
    #[error("the name begins or ends with `-`: expected a letter or a digit there")]
    OuterHyphen,
    /// The text is one of [`RESERVED_SLUGS`].
    #[error("this name is reserved for the product: choose another")]
    Reserved,
}

impl TenantSlug {
    /// The slug as text, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantSlug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() {
            return Err(InvalidSlug::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidSlug::TooLong);
        }
        if !text.bytes().all(allowed) {
            return Err(InvalidSlug::Character);
        }
        if text.starts_with('-') || text.ends_with('-') {
            return Err(InvalidSlug::OuterHyphen);
        }
        if RESERVED_SLUGS.contains(&text) {
            return Err(InvalidSlug::Reserved);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for TenantSlug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TenantSlug> for String {
    fn from(slug: TenantSlug) -> Self {
        slug.0
    }
}

impl fmt::Display for TenantSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_may_have_one_letter() {
        assert_eq!("a".parse::<TenantSlug>().map(String::from), Ok("a".to_owned()));
    }

    #[test]
    fn malformed_slugs_are_refused() {
        for odd in ["a*", "[x]", "a:b", "{a}", "Acme", "a.b", "аcme"] {
            assert_eq!(odd.parse::<TenantSlug>(), Err(InvalidSlug::Character), "{odd}");
        }
        for odd in ["-", "-a", "a-"] {
            assert_eq!(odd.parse::<TenantSlug>(), Err(InvalidSlug::OuterHyphen), "{odd}");
        }
        assert_eq!("".parse::<TenantSlug>(), Err(InvalidSlug::Empty));
        assert_eq!("a".repeat(64).parse::<TenantSlug>(), Err(InvalidSlug::TooLong));
        assert!("a".repeat(63).parse::<TenantSlug>().is_ok());
    }

    #[test]
    fn reserved_slugs_are_refused() {
        for reserved in RESERVED_SLUGS {
            assert_eq!(reserved.parse::<TenantSlug>(), Err(InvalidSlug::Reserved));
        }
    }
}
