//! The signing keys: issues and verifies ID and access tokens, mints refresh tokens. Pure: no network, no clock.

mod algorithm;
mod base64url;
mod compact;
mod issuer;
mod json;
mod jwk;
mod jwk_set;
mod key_id;
mod lifetime;
mod origin;
mod pkce;
mod public_key;
mod refresh_token;
mod refused;
mod rejected;
mod rsa_components;
mod secret;
mod signing_key;
mod verify_jws;

pub use algorithm::{Algorithm, TokenUse, UnknownAlgorithm, UnknownTokenUse};
pub use compact::LONGEST_TOKEN;
pub use issuer::{InvalidIssuerUrl, Issuer, IssuerUrl};
pub use jwk::Jwk;
pub use jwk_set::JwkSet;
pub use key_id::{InvalidKeyId, KeyId};
pub use lifetime::{InvalidLeeway, InvalidLifetime, Leeway, TokenLifetime, trusted_until};
pub use origin::{begun_at, new_origin};
pub use pkce::{CodeChallenge, CodeVerifier, InvalidPkce, half_hash};
pub use public_key::PublicKey;
pub use refresh_token::{Grace, InvalidGrace, InvalidRefreshToken, RefreshDigest, RefreshToken};
pub use refused::Refused;
pub use rejected::{RejectedKey, RejectedSet};
pub use secret::is_same_secret;
pub use signing_key::{KeyName, NoKey, NotSigned, SigningKey};
pub use verify_jws::verify_jws;
