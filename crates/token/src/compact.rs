//! A signed token in its compact form (RFC 7515 §7.1). Its payload cannot be read before its signature is found to hold: this happens nowhere else.

use serde::Deserialize;

use crate::{Algorithm, KeyId, PublicKey, RefreshToken, Refused, base64url, json};

/// The longest token, in bytes: sixteen times those of ours.
pub const LONGEST_TOKEN: usize = 16 * 1024;

/// A token that says how it was signed. What else it says is not to be had from it without the key.
pub(crate) struct Compact<'t> {
    algorithm: Algorithm,
    kid: KeyId,
    /// Header and payload as they were signed.
    signed: &'t str,
    payload: &'t str,
    signature: &'t str,
}

/// All that a header may say (row T4a): what names a key elsewhere (`jku`, `jwk`, `x5u`, `x5c`), what changes the meaning of the rest (`crit`, `b64`,
/// `zip`, `enc`) and what nobody knows is refused alike.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
}

/// What a header of others may say besides: the thumbprint of a certificate (RFC 7515 §4.1.7, §4.1.8), which some issuers add. It is a name and no key, and
/// nothing is looked up by it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderOfOthers {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[expect(dead_code, reason = "it may stand there, and nobody asks what it says")]
    x5t: Option<String>,
    #[expect(dead_code, reason = "it may stand there, and nobody asks what it says")]
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
}

/// The types that signed tokens name themselves with, in lower case (RFC 7515 §4.1.9, RFC 9068 §2.1). Cognito's name none.
const TYPES: [&str; 4] = ["jwt", "at+jwt", "application/at+jwt", "jose"];

impl<'t> Compact<'t> {
    /// Takes a token apart and reads its header.
    ///
    /// # Errors
    /// [`Refused`] if it is too long, is not of three parts, or its header says more or less than it may.
    pub(crate) fn parse(token: &'t str) -> Result<Self, Refused> {
        Self::parse_with(token, json::object::<Header>)
    }

    /// The same for a token of another issuer.
    ///
    /// # Errors
    /// As for [`Compact::parse`].
    pub(crate) fn parse_of_others(token: &'t str) -> Result<Self, Refused> {
        Self::parse_with(token, |header| json::object::<HeaderOfOthers>(header).map(Header::from))
    }

    fn parse_with(
        token: &'t str,
        read: impl FnOnce(&[u8]) -> Option<Header>,
    ) -> Result<Self, Refused> {
        if token.len() > LONGEST_TOKEN {
            return Err(Refused::TooLong);
        }
        let Some((signed, signature)) = token.rsplit_once('.') else {
            let is_refresh = token.parse::<RefreshToken>().is_ok();
            return Err(if is_refresh { Refused::RefreshToken } else { Refused::Malformed });
        };
        let (header, payload) = signed.split_once('.').ok_or(Refused::Malformed)?;
        // A fourth part would stand in the payload; JSON serializations and encrypted tokens have other numbers of parts.
        let letters = |part: &str| part.bytes().all(is_letter);
        if header.is_empty()
            || signature.is_empty()
            || ![payload, signature].iter().all(|part| letters(part))
        {
            return Err(Refused::Malformed);
        }
        let header = base64url::decode(header).ok_or(Refused::Malformed)?;
        let header = read(&header).ok_or(Refused::Header)?;
        if header.typ.is_some_and(|typ| !TYPES.contains(&typ.to_ascii_lowercase().as_str())) {
            return Err(Refused::Header);
        }
        let algorithm = header.alg.parse().map_err(|_| Refused::Algorithm)?;
        let kid = header.kid.ok_or(Refused::UnknownKey)?;
        let kid = kid.try_into().map_err(|_| Refused::UnknownKey)?;
        Ok(Self { algorithm, kid, signed, payload, signature })
    }

    /// The key it says it was signed with.
    pub(crate) const fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The algorithm it says it was signed with.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What it says, if the key of that name signed it. There is no other way to it.
    ///
    /// # Errors
    /// [`Refused`] unless name and algorithm are those of the key and the signature holds.
    pub(crate) fn payload(&self, key: &PublicKey) -> Result<Vec<u8>, Refused> {
        if self.kid != *key.kid() {
            return Err(Refused::UnknownKey);
        }
        if self.algorithm != key.algorithm() {
            return Err(Refused::Algorithm);
        }
        if base64url::decode(self.signature).is_none() {
            return Err(Refused::Malformed);
        }
        if !key.signed(self.signed, self.signature) {
            return Err(Refused::Signature);
        }
        base64url::decode(self.payload).ok_or(Refused::Malformed)
    }
}

impl From<HeaderOfOthers> for Header {
    fn from(HeaderOfOthers { alg, kid, typ, .. }: HeaderOfOthers) -> Self {
        Self { alg, kid, typ }
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
