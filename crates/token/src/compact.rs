//! Parses a signed token in compact form (RFC 7515 §7.1). The payload is available only after the signature was verified. No other module parses tokens.

use serde::Deserialize;

use crate::{Algorithm, InvalidToken, KeyId, PublicKey, RefreshToken, base64url, json};

/// The longest token that is parsed, in bytes: sixteen times the length of the tokens that we issue.
pub const LONGEST_TOKEN: usize = 16 * 1024;

/// A token whose header was parsed. Its signature is not verified yet, so only [`Compact::payload`] gives the claims, and it needs the key.
pub(crate) struct Compact<'t> {
    algorithm: Algorithm,
    kid: KeyId,
    /// Header and payload, encoded: the input of the signature.
    signed: &'t str,
    payload: &'t str,
    signature: &'t str,
}

/// The only members that a header may have (row T4a). Members that bring or locate a key (`jku`, `jwk`, `x5u`, `x5c`), members that change the meaning of
/// others (`crit`, `b64`, `zip`, `enc`) and unknown members are all refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
}

/// The header of a token from an external issuer. It may also have the thumbprint of a certificate (RFC 7515 §4.1.7, §4.1.8), which some issuers add. A
/// thumbprint is only a name: no key is looked up by it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExternalHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[expect(dead_code, reason = "the member is allowed in the header, and its value is not used")]
    x5t: Option<String>,
    #[expect(dead_code, reason = "the member is allowed in the header, and its value is not used")]
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
}

/// The accepted values of `typ`, in lower case (RFC 7515 §4.1.9, RFC 9068 §2.1). Cognito's tokens have no `typ`.
const TYPES: [&str; 4] = ["jwt", "at+jwt", "application/at+jwt", "jose"];

impl<'t> Compact<'t> {
    /// Splits a token into its parts and parses its header.
    ///
    /// # Errors
    /// [`InvalidToken`] if the token is too long or does not have three parts, or if its header has a missing, unknown or invalid member.
    pub(crate) fn parse(token: &'t str) -> Result<Self, InvalidToken> {
        Self::parse_with(token, json::object::<Header>)
    }

    /// Like [`Compact::parse`], for a token of an external issuer: its header may also have `x5t` and `x5t#S256`.
    ///
    /// # Errors
    /// The same as [`Compact::parse`].
    pub(crate) fn parse_external(token: &'t str) -> Result<Self, InvalidToken> {
        Self::parse_with(token, |header| json::object::<ExternalHeader>(header).map(Header::from))
    }

    fn parse_with(
        token: &'t str,
        read: impl FnOnce(&[u8]) -> Option<Header>,
    ) -> Result<Self, InvalidToken> {
        if token.len() > LONGEST_TOKEN {
            return Err(InvalidToken::TooLong);
        }
        let Some((signed, signature)) = token.rsplit_once('.') else {
            let is_refresh = token.parse::<RefreshToken>().is_ok();
            return Err(if is_refresh {
                InvalidToken::RefreshToken
            } else {
                InvalidToken::Malformed
            });
        };
        let (header, payload) = signed.split_once('.').ok_or(InvalidToken::Malformed)?;
        // A fourth part would put a dot into `payload`. JSON serializations and encrypted tokens do not have three parts.
        let letters = |part: &str| part.bytes().all(is_letter);
        if header.is_empty()
            || signature.is_empty()
            || ![payload, signature].iter().all(|part| letters(part))
        {
            return Err(InvalidToken::Malformed);
        }
        let header = base64url::decode(header).ok_or(InvalidToken::Malformed)?;
        let header = read(&header).ok_or(InvalidToken::Header)?;
        if header.typ.is_some_and(|typ| !TYPES.contains(&typ.to_ascii_lowercase().as_str())) {
            return Err(InvalidToken::Header);
        }
        let algorithm = header.alg.parse().map_err(|_| InvalidToken::Algorithm)?;
        let kid = header.kid.ok_or(InvalidToken::UnknownKey)?;
        let kid = kid.try_into().map_err(|_| InvalidToken::UnknownKey)?;
        Ok(Self { algorithm, kid, signed, payload, signature })
    }

    /// The key id that the header names. Not verified yet.
    pub(crate) const fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The algorithm that the header names. Not verified yet.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies the signature with `key` and returns the decoded payload. This is the only way to read it.
    ///
    /// # Errors
    /// [`InvalidToken`] unless the header names this key and its algorithm, and the signature is valid.
    pub(crate) fn payload(&self, key: &PublicKey) -> Result<Vec<u8>, InvalidToken> {
        if self.kid != *key.kid() {
            return Err(InvalidToken::UnknownKey);
        }
        if self.algorithm != key.algorithm() {
            return Err(InvalidToken::Algorithm);
        }
        if base64url::decode(self.signature).is_none() {
            return Err(InvalidToken::Malformed);
        }
        if !key.signed(self.signed, self.signature) {
            return Err(InvalidToken::Signature);
        }
        base64url::decode(self.payload).ok_or(InvalidToken::Malformed)
    }
}

impl From<ExternalHeader> for Header {
    fn from(ExternalHeader { alg, kid, typ, .. }: ExternalHeader) -> Self {
        Self { alg, kid, typ }
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
