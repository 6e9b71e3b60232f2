//! The id of a user pool, in the form that Cognito's clients expect. Each tenant has one pool.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// `<region>_<name>`, such as `eu-local-1_AcmeCorp1`: at most 55 characters (row T1).
///
/// The pattern is Cognito's, `[a-z]{2}-(gov-)?[a-z]+-[0-9]_[a-zA-Z0-9]+`, which its clients check. No allowed character has a special meaning in a path, a URL,
/// a pattern or a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct PoolId(String);

/// Why a text is not a [`PoolId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPoolId {
    /// The text is empty.
    #[error("the pool id is empty: expected an id such as `eu-local-1_AcmeCorp1`")]
    Empty,
    /// The text has more than 55 bytes.
    #[error("the pool id is too long: expected at most {LONGEST} characters")]
    TooLong,
    /// The text does not have the form of a pool id.
    #[error("expected a region, `_` and letters or digits, such as `eu-local-1_AcmeCorp1`")]
    Malformed,
}

/// The longest id that Cognito allows, in bytes.
const LONGEST: usize = 55;

impl PoolId {
    /// The whole id, region included.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the region, such as `AcmeCorp1`. Cognito's SRP protocol uses it in its computation.
    pub fn name(&self) -> &str {
        self.0.split_once('_').map_or("", |(_, name)| name)
    }
}

impl FromStr for PoolId {
    type Err = InvalidPoolId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(InvalidPoolId::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidPoolId::TooLong);
        }
        let (region, name) = text.split_once('_').ok_or(InvalidPoolId::Malformed)?;
        let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !named || !is_region(region) {
            return Err(InvalidPoolId::Malformed);
        }
        Ok(Self(text.to_owned()))
    }
}

fn is_region(region: &str) -> bool {
    let lower = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let parts: Vec<&str> = region.split('-').collect();
    let ([country, place, number] | [country, "gov", place, number]) = parts[..] else {
        return false;
    };
    country.len() == 2
        && lower(country)
        && lower(place)
        && matches!(number.as_bytes(), [digit] if digit.is_ascii_digit())
}

impl TryFrom<String> for PoolId {
    type Error = InvalidPoolId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PoolId> for String {
    fn from(id: PoolId) -> Self {
        id.0
    }
}

impl fmt::Display for PoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T1: ids of Cognito's pools and of this product's pools are valid.
    #[test]
    fn ids_of_cognito_pools_and_own_pools_are_accepted() {
        for id in ["eu-local-1_AcmeCorp1", "us-east-1_a1B2", "us-gov-west-1_X9"] {
            assert_eq!(id.parse::<PoolId>().map(String::from), Ok(id.to_owned()));
        }
        assert_eq!("eu-local-1_AcmeCorp1".parse::<PoolId>().unwrap().name(), "AcmeCorp1");
    }

    #[test]
    fn malformed_pool_ids_are_refused() {
        let long = format!("eu-local-1_{}", "a".repeat(45));
        assert_eq!(long.parse::<PoolId>(), Err(InvalidPoolId::TooLong));
        assert!(long[..LONGEST].parse::<PoolId>().is_ok());
        assert_eq!("".parse::<PoolId>(), Err(InvalidPoolId::Empty));
        for odd in [
            "_",
            "eu-local-1",
            "eu-local-1_",
            "eu-local-1_a/b",
            "eu-local-1_a_b",
            "eu-local-11_a",
            "EU-local-1_a",
            "e-local-1_a",
            "eu--1_a",
            "eu-gov-1_a:*",
            "../jwks_a",
            "eu-local-x_a",
        ] {
            assert_eq!(odd.parse::<PoolId>(), Err(InvalidPoolId::Malformed), "{odd}");
        }
    }
}
