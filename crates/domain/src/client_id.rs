//! The id of an application that requests tokens: OAuth's `client_id`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The id of an application of one user pool: 1 to 128 characters of `A-Z`, `a-z`, `0-9`, `_` and `+`, which is Cognito's pattern (row T3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

/// The longest id, in bytes.
const LONGEST: usize = 128;

/// Why a text is not a [`ClientId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClientId {
    /// The text is empty.
    #[error("the id is empty: expected 1 to {LONGEST} ASCII letters, digits, `_` or `+`")]
    Empty,
    /// The text has more than 128 bytes.
    #[error("the id is too long: expected at most {LONGEST} characters")]
    TooLong,
    /// The text contains a character that an id cannot have.
    #[error("the id contains a forbidden character: expected ASCII letters, digits, `_` or `+`")]
    Character,
}

impl ClientId {
    /// The id as requests and tokens spell it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = InvalidClientId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+';
        if text.is_empty() {
            return Err(InvalidClientId::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidClientId::TooLong);
        }
        if !text.bytes().all(allowed) {
            return Err(InvalidClientId::Character);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for ClientId {
    type Error = InvalidClientId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_client_ids_are_refused() {
        for odd in ["a b", "a:b", "a*", "{a}", "é"] {
            assert_eq!(odd.parse::<ClientId>(), Err(InvalidClientId::Character), "{odd}");
        }
        assert_eq!("".parse::<ClientId>(), Err(InvalidClientId::Empty));
        assert_eq!("a".repeat(129).parse::<ClientId>(), Err(InvalidClientId::TooLong));
        assert!("a".repeat(128).parse::<ClientId>().is_ok());
        assert!("3n4b5urk1ft4fl3mg5e62d9ado".parse::<ClientId>().is_ok());
    }
}
