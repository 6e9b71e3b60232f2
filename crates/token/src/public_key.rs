//! Public keys. Every key was checked when it was made, and only such a key verifies signatures.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use jsonwebtoken::DecodingKey;
use sha2::{Digest, Sha256};

use crate::{
    Algorithm, KeyId, base64url,
    invalid_jwk::InvalidJwk,
    rsa_components::{check_exponent, check_modulus},
};

/// A public key for RS256 or ES256, with its key id.
#[derive(Clone)]
pub struct PublicKey {
    kid: KeyId,
    numbers: Numbers,
    decoding: DecodingKey,
}

/// The parameters of the key, as big-endian numbers.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Numbers {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256 { x: [u8; 32], y: [u8; 32] },
}

impl PublicKey {
    /// Checks the parameters and returns the key. Without a `kid`, the key gets its thumbprint as `kid`.
    pub(crate) fn new(kid: Option<KeyId>, numbers: Numbers) -> Result<Self, InvalidJwk> {
        let decoding = numbers.checked()?;
        let kid = match kid {
            Some(kid) => kid,
            None => numbers.thumbprint()?,
        };
        Ok(Self { kid, numbers, decoding })
    }

    /// The id of the key, as in `kid`.
    pub const fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The only algorithm that this key may verify.
    pub const fn algorithm(&self) -> Algorithm {
        match self.numbers {
            Numbers::Rsa { .. } => Algorithm::Rs256,
            Numbers::P256 { .. } => Algorithm::Es256,
        }
    }

    /// Whether the `kid` is the key's thumbprint (RFC 7638). This holds for all our own keys, so no other key can have the same `kid`.
    pub fn is_named_by_its_thumbprint(&self) -> bool {
        self.numbers.thumbprint().is_ok_and(|thumbprint| thumbprint == self.kid)
    }

    /// Whether `signature`, in base64url, is a valid signature of `message` by this key.
    pub(crate) fn signed(&self, message: &str, signature: &str) -> bool {
        let algorithm = match self.numbers {
            Numbers::Rsa { .. } => jsonwebtoken::Algorithm::RS256,
            Numbers::P256 { .. } => jsonwebtoken::Algorithm::ES256,
        };
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.decoding, algorithm)
            .unwrap_or(false)
    }

    pub(crate) const fn numbers(&self) -> &Numbers {
        &self.numbers
    }
}

impl Numbers {
    /// Checks the parameters and returns the library's key. An invalid key is found here and not at the first signature.
    fn checked(&self) -> Result<DecodingKey, InvalidJwk> {
        match self {
            Self::Rsa { n, e } => {
                check_modulus(n)?;
                check_exponent(e)?;
                RsaPublicKeyComponents { n, e }
                    .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                    .map_err(|_| InvalidJwk::Weak)?;
                Ok(DecodingKey::from_rsa_raw_components(n, e))
            }
            Self::P256 { x, y } => {
                let point = [&[4], x.as_slice(), y].concat();
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
                    .map_err(|_| InvalidJwk::Point)?;
                Ok(DecodingKey::from_ec_der(&point))
            }
        }
    }

    /// The thumbprint (RFC 7638): the digest of the key's required members in canonical form.
    fn thumbprint(&self) -> Result<KeyId, InvalidJwk> {
        let members = match self {
            Self::Rsa { n, e } => {
                let [n, e] = [n, e].map(base64url::encode);
                format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)
            }
            Self::P256 { x, y } => {
                let [x, y] = [x, y].map(base64url::encode);
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
        };
        base64url::encode(Sha256::digest(members)).parse().map_err(|_| InvalidJwk::KeyId)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.kid == other.kid && self.numbers == other.numbers
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm().as_str(), self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7638 §3.1.
    #[test]
    fn the_thumbprint_is_the_one_of_the_rfc() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let numbers = Numbers::Rsa { n: base64url::decode(n).unwrap(), e: vec![1, 0, 1] };
        let key = PublicKey::new(None, numbers).unwrap();
        assert_eq!(key.kid().as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert!(key.is_named_by_its_thumbprint());
    }

    #[test]
    fn a_point_that_is_not_on_the_curve_is_refused() {
        let numbers = Numbers::P256 { x: [1; 32], y: [2; 32] };
        assert_eq!(PublicKey::new(None, numbers).unwrap_err(), InvalidJwk::Point);
    }
}
