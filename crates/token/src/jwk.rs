//! A key as JSON (RFC 7517): writing our own keys, and strict parsing of any key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Algorithm, KeyId, PublicKey, base64url, invalid_jwk::InvalidJwk, public_key::Numbers};

/// A public key in the JSON form of a pool's JWKS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kid: KeyId,
    #[serde(rename = "use")]
    key_use: &'static str,
    alg: Algorithm,
    #[serde(flatten)]
    numbers: JwkParameters,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
enum JwkParameters {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    P256 { crv: &'static str, x: String, y: String },
}

/// A key as it was received. Unknown members are collected in `rest`, so that private key material among them is noticed.
#[derive(Deserialize)]
pub(crate) struct ReceivedJwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    key_use: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// The members of private and of symmetric keys (RFC 7518 §6).
const SECRETS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl PublicKey {
    /// Parses one JWK.
    ///
    /// # Errors
    /// [`InvalidJwk`] unless it is a public key for verifying RS256 or ES256, without private key material (row T4a).
    pub fn from_jwk(json: &[u8]) -> Result<Self, InvalidJwk> {
        serde_json::from_slice::<ReceivedJwk>(json).map_err(|_| InvalidJwk::NotAJwk)?.key()
    }

    /// The key in JSON form, with `use` set to `sig`.
    pub fn to_jwk(&self) -> Jwk {
        let numbers = match self.numbers() {
            Numbers::Rsa { n, e } => {
                JwkParameters::Rsa { n: base64url::encode(n), e: base64url::encode(e) }
            }
            Numbers::P256 { x, y } => JwkParameters::P256 {
                crv: "P-256",
                x: base64url::encode(x),
                y: base64url::encode(y),
            },
        };
        Jwk { kid: self.kid().clone(), key_use: "sig", alg: self.algorithm(), numbers }
    }
}

impl ReceivedJwk {
    pub(crate) fn key(self) -> Result<PublicKey, InvalidJwk> {
        if self.is_secret() {
            return Err(InvalidJwk::Secret);
        }
        let for_signatures = self.key_use.as_deref().is_none_or(|word| word == "sig");
        let for_verifying = self.key_ops.as_deref().is_none_or(|words| words == ["verify"]);
        if !for_signatures || !for_verifying {
            return Err(InvalidJwk::Use);
        }
        let kid = self.kid.ok_or(InvalidJwk::KeyId)?.try_into().map_err(|_| InvalidJwk::KeyId)?;
        let numbers = match (self.kty.as_str(), self.crv.as_deref(), self.alg.as_deref()) {
            ("RSA", None, None | Some("RS256")) if self.x.is_none() && self.y.is_none() => {
                Numbers::Rsa { n: number(self.n)?, e: number(self.e)? }
            }
            ("EC", Some("P-256"), None | Some("ES256")) if self.n.is_none() && self.e.is_none() => {
                Numbers::P256 { x: coordinate(self.x)?, y: coordinate(self.y)? }
            }
            _ => return Err(InvalidJwk::Algorithm),
        };
        PublicKey::new(Some(kid), numbers)
    }

    /// Whether the key is clearly for something that we do not support, such as encryption or another algorithm. Such keys may be in another provider's set.
    pub(crate) fn is_for_something_else(&self) -> bool {
        let encrypts = self.key_use.as_deref().is_some_and(|word| word != "sig");
        let other = |alg: &str| alg.parse::<Algorithm>().is_err();
        encrypts
            || self.alg.as_deref().is_some_and(other)
            || !["RSA", "EC", "oct"].contains(&self.kty.as_str())
    }

    /// Whether the JWK contains private key material.
    pub(crate) fn is_secret(&self) -> bool {
        self.kty == "oct" || self.rest.keys().any(|name| SECRETS.contains(&name.as_str()))
    }
}

fn number(text: Option<String>) -> Result<Vec<u8>, InvalidJwk> {
    text.and_then(|text| base64url::decode(&text)).ok_or(InvalidJwk::Encoding)
}

fn coordinate(text: Option<String>) -> Result<[u8; 32], InvalidJwk> {
    text.and_then(|text| base64url::decode_exactly(&text)).ok_or(InvalidJwk::Encoding)
}
