//! The id of an application that requests tokens: OAuth's `client_id`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The id of an application of one user pool: 1 to 128 characters of `A-Z`, `a-z`, `0-9`, `_` and `+`, which is Cognito's pattern (row T3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

/// The text is not a valid [`ClientId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 128 characters: ASCII letters, digits, `_` or `+`")]
pub struct InvalidClientId;

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
        if !(1..=128).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(InvalidClientId);
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
        for odd in ["", "a b", "a:b", "a*", "{a}", "é", &"a".repeat(129)] {
            assert_eq!(odd.parse::<ClientId>(), Err(InvalidClientId), "{odd}");
        }
        assert!("3n4b5urk1ft4fl3mg5e62d9ado".parse::<ClientId>().is_ok());
    }
}
