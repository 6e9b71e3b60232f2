//! PKCE (RFC 7636): whoever exchanges a code is who asked for it. `S256` alone; `plain` cannot be written down.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::{base64url, secret::is_same_secret};

/// What a client shows when it asks for a code: the digest of its verifier, 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge([u8; 32]);

/// What it shows when it exchanges the code: 43 to 128 unreserved characters.
#[derive(Clone)]
pub struct CodeVerifier(String);

/// The text is no challenge, or no verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not what PKCE (RFC 7636) sends")]
pub struct InvalidPkce;

impl CodeChallenge {
    /// Whether it was made of this verifier.
    pub fn is_of(&self, verifier: &CodeVerifier) -> bool {
        is_same_secret(&self.0, &Sha256::digest(&verifier.0))
    }

    /// The text on the wire.
    pub fn to_text(&self) -> String {
        base64url::encode(self.0)
    }
}

impl FromStr for CodeChallenge {
    type Err = InvalidPkce;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        base64url::decode_exactly(text).map(Self).ok_or(InvalidPkce)
    }
}

impl FromStr for CodeVerifier {
    type Err = InvalidPkce;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let fits = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        fits.then(|| Self(text.to_owned())).ok_or(InvalidPkce)
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(…)")
    }
}

/// `at_hash` and `c_hash`: the left half of the digest of an access token or a code (`OpenID` Connect Core §3.1.3.6 and §3.3.2.11). Both our algorithms
/// digest with SHA-256.
pub fn half_hash(text: &str) -> String {
    base64url::encode(&Sha256::digest(text)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    /// RFC 7636, appendix B.
    #[test]
    fn the_example_of_the_rfc_is_met() {
        let text = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let challenge: CodeChallenge = text.parse().unwrap();
        assert_eq!(challenge.to_text(), text);
        assert!(challenge.is_of(&VERIFIER.parse().unwrap()));
        assert!(!challenge.is_of(&VERIFIER.to_lowercase().parse().unwrap()));
    }

    #[test]
    fn a_verifier_is_not_its_own_challenge() {
        let plain: CodeChallenge = "A".repeat(43).parse().unwrap();
        assert!(!plain.is_of(&"A".repeat(43).parse().unwrap()));
    }

    #[test]
    fn odd_texts_are_neither() {
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        for odd in ["", &short, &long, &format!("{short} "), &format!("{short}é")] {
            assert_eq!(odd.parse::<CodeVerifier>().unwrap_err(), InvalidPkce, "{odd}");
            assert_eq!(odd.parse::<CodeChallenge>().unwrap_err(), InvalidPkce, "{odd}");
        }
    }

    /// `OpenID` Connect Core, appendix A.3 (code) and A.4 (access token).
    #[test]
    fn the_half_hashes_of_the_specification_are_met() {
        assert_eq!(
            half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
