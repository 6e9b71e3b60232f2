//! The two signature algorithms that this crate supports, and the two kinds of signed token.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A signature algorithm (RFC 7518 §3.1). The list is closed: `none` and the symmetric algorithms have no variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256. The default, because Cognito uses it.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
}

/// The text is not the name of an [`Algorithm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown algorithm: expected `RS256` or `ES256`")]
pub struct UnknownAlgorithm;

/// The purpose of a token. It decides which of the pool's two keys signs the token (rows T2, T3, T4a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenUse {
    /// Tells an application who the user is. It grants no access.
    Id,
    /// Lets its bearer call the API. It contains no name and no email address.
    Access,
}

/// The text is not the name of a [`TokenUse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown token use: expected `id` or `access`")]
pub struct UnknownTokenUse;

impl Algorithm {
    /// All supported algorithms.
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// The value of `alg` in a token's header and in a JWK.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == word).ok_or(UnknownAlgorithm)
    }
}

impl TokenUse {
    /// The value of the claim `token_use`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }
}

impl FromStr for TokenUse {
    type Err = UnknownTokenUse;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Id, Self::Access]
            .into_iter()
            .find(|token_use| token_use.as_str() == word)
            .ok_or(UnknownTokenUse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T4a: `none` and the symmetric algorithms are not parsed, in any spelling.
    #[test]
    fn only_two_algorithms_can_be_named() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        }
        for odd in ["none", "None", "HS256", "rs256", "RS384", "PS256", "ES256K", "EdDSA", ""] {
            assert_eq!(odd.parse::<Algorithm>(), Err(UnknownAlgorithm), "{odd}");
        }
    }

    #[test]
    fn a_use_round_trips() {
        for token_use in [TokenUse::Id, TokenUse::Access] {
            assert_eq!(token_use.as_str().parse(), Ok(token_use));
        }
        assert_eq!("refresh".parse::<TokenUse>(), Err(UnknownTokenUse));
    }
}
