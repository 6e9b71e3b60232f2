//! The two algorithms that we sign and verify with, and the two kinds of token that are signed.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A signature algorithm (RFC 7518 §3.1). The list is closed: `none` and the symmetric ones cannot be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: Cognito's, and so the default.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
}

/// The word names no algorithm of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an algorithm is one of `RS256`, `ES256`")]
pub struct UnknownAlgorithm;

/// What a token is for, and so which of a pool's keys signs it (rows T2, T3, T4a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenUse {
    /// Tells an application who somebody is. It opens nothing.
    Id,
    /// Lets its bearer act. It says no more of them than that.
    Access,
}

/// The word names no use of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the use of a token is `id` or `access`")]
pub struct UnknownTokenUse;

impl Algorithm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// The word on the wire.
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
    /// The word on the wire: the claim `token_use`.
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

    /// T4a: `none` and what is symmetric have no name here, in whatever spelling.
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
    fn a_use_reads_what_it_writes() {
        for token_use in [TokenUse::Id, TokenUse::Access] {
            assert_eq!(token_use.as_str().parse(), Ok(token_use));
        }
        assert_eq!("refresh".parse::<TokenUse>(), Err(UnknownTokenUse));
    }
}
