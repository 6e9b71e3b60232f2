//! The version of a row: an edit names the version that it is based on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How many times a row was written: 1 when it is new, one more with each edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Version(i64);

/// The number or text is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number, 1 or more")]
pub struct InvalidVersion;

impl Version {
    /// The version as an integer, 1 or more.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Version {
    type Error = InvalidVersion;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        if number >= 1 { Ok(Self(number)) } else { Err(InvalidVersion) }
    }
}

/// Accepts digits only, without sign and leading zeros, so a version has one spelling.
impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidVersion);
        }
        text.parse::<i64>().map_err(|_| InvalidVersion)?.try_into()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_one_spelling() {
        assert_eq!("7".parse::<Version>().map(Version::get), Ok(7));
        for odd in ["", "0", "07", "+7", "-7", " 7", "7 ", "7.0", "٧", "99999999999999999999"] {
            assert_eq!(odd.parse::<Version>(), Err(InvalidVersion), "{odd:?}");
        }
    }
}
