//! PKCE (RFC 7636): only the client that requested a code can exchange it. Only `S256` is supported; `plain` has no representation.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::{base64url, secret::is_same_secret};

/// The `code_challenge` that a client sends when it requests a code: the SHA-256 digest of its verifier, 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge([u8; 32]);

/// The `code_verifier` that a client sends when it exchanges the code: 43 to 128 unreserved characters.
#[derive(Clone)]
pub struct CodeVerifier(String);

/// Why a text is not a [`CodeChallenge`] (RFC 7636 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChallenge {
    /// The text is empty.
    Empty,
    /// The text has fewer than 43 characters.
    TooShort,
    /// The text has more than 43 characters.
    TooLong,
    /// The text is not base64url of 32 bytes.
    Malformed,
}

impl InvalidChallenge {
    /// The text of the error, for `error_description`: printable ASCII (RFC 6749 §5.2).
    pub const fn description(self) -> &'static str {
        match self {
            Self::Empty => "code_challenge is missing",
            Self::TooShort => "code_challenge is too short: it must have 43 characters",
            Self::TooLong => "code_challenge is too long: it must have 43 characters",
            Self::Malformed => "code_challenge must be base64url without padding",
        }
    }
}

impl fmt::Display for InvalidChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

/// Why a text is not a [`CodeVerifier`] (RFC 7636 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidVerifier {
    /// The text is empty.
    Empty,
    /// The text has fewer than 43 characters.
    TooShort,
    /// The text has more than 128 characters.
    TooLong,
    /// The text contains a character that is not unreserved.
    Character,
}

impl InvalidVerifier {
    /// The text of the error, for `error_description`: printable ASCII (RFC 6749 §5.2).
    pub const fn description(self) -> &'static str {
        match self {
            Self::Empty => "code_verifier is missing",
            Self::TooShort => "code_verifier is too short: it must have 43 to 128 characters",
            Self::TooLong => "code_verifier is too long: it must have 43 to 128 characters",
            Self::Character => "code_verifier may contain only letters, digits, and - . _ ~",
        }
    }
}

impl fmt::Display for InvalidVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl CodeChallenge {
    /// Whether the challenge is the digest of `verifier`.
    pub fn is_of(&self, verifier: &CodeVerifier) -> bool {
        is_same_secret(&self.0, &Sha256::digest(&verifier.0))
    }

    /// The value of `code_challenge`.
    pub fn to_text(&self) -> String {
        base64url::encode(self.0)
    }
}

impl FromStr for CodeChallenge {
    type Err = InvalidChallenge;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.len() {
            0 => Err(InvalidChallenge::Empty),
            1..43 => Err(InvalidChallenge::TooShort),
            43 => base64url::decode_exactly(text).map(Self).ok_or(InvalidChallenge::Malformed),
            _ => Err(InvalidChallenge::TooLong),
        }
    }
}

impl FromStr for CodeVerifier {
    type Err = InvalidVerifier;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        match text.len() {
            0 => Err(InvalidVerifier::Empty),
            1..43 => Err(InvalidVerifier::TooShort),
            43..=128 if text.bytes().all(unreserved) => Ok(Self(text.to_owned())),
            43..=128 => Err(InvalidVerifier::Character),
            _ => Err(InvalidVerifier::TooLong),
        }
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(…)")
    }
}

/// The value of `at_hash` or `c_hash`: the left half of the SHA-256 digest of an access token or a code (`OpenID` Connect Core §3.1.3.6 and §3.3.2.11). Both
/// supported algorithms use SHA-256.
pub fn left_half_hash(text: &str) -> String {
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
    fn malformed_texts_are_neither_verifier_nor_challenge() {
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        for (odd, verifier, challenge) in [
            ("", InvalidVerifier::Empty, InvalidChallenge::Empty),
            (&short, InvalidVerifier::TooShort, InvalidChallenge::TooShort),
            (&long, InvalidVerifier::TooLong, InvalidChallenge::TooLong),
            (&format!("{short} "), InvalidVerifier::Character, InvalidChallenge::Malformed),
            (&format!("{short}é"), InvalidVerifier::Character, InvalidChallenge::TooLong),
        ] {
            assert_eq!(odd.parse::<CodeVerifier>().unwrap_err(), verifier, "{odd}");
            assert_eq!(odd.parse::<CodeChallenge>().unwrap_err(), challenge, "{odd}");
        }
    }

    /// RFC 6749 §5.2: a description is printable ASCII without `"` and `\`.
    #[test]
    fn an_error_can_be_an_error_description() {
        for text in [
            InvalidChallenge::Empty.description(),
            InvalidChallenge::TooShort.description(),
            InvalidChallenge::TooLong.description(),
            InvalidChallenge::Malformed.description(),
            InvalidVerifier::Empty.description(),
            InvalidVerifier::TooShort.description(),
            InvalidVerifier::TooLong.description(),
            InvalidVerifier::Character.description(),
        ] {
            let allowed = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
            assert!(text.bytes().all(allowed), "{text}");
        }
    }

    /// `OpenID` Connect Core, appendix A.3 (code) and A.4 (access token).
    #[test]
    fn left_half_hashes_match_the_specification() {
        assert_eq!(
            left_half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
        assert_eq!(
            left_half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
