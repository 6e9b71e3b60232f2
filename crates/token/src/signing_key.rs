//! The private signing keys of pools: generating, sealing, opening and signing. No other module handles private keys.

use std::fmt;

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
        RsaPublicKeyComponents,
    },
};
use domain::{PoolId, TenantId};
use seal::{KeyScope, Purpose, ResealError, SealError, Seals};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{Algorithm, KeyId, PublicKey, TokenUse, base64url, public_key::Numbers};

const PURPOSE: Purpose = Purpose::of("token signing key");

/// A private key for one kind of token of one pool. It leaves this crate only sealed.
pub struct SigningKey {
    name: KeyName,
    pair: Pair,
    /// The private key in PKCS#8, for sealing.
    secret: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

/// Identifies a signing key. The name is stored unencrypted beside the sealed key, and the seal is bound to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyName {
    /// The pool whose tokens it signs.
    pub pool: PoolId,
    /// The kind of token that it signs.
    pub token_use: TokenUse,
    /// The algorithm that it signs with.
    pub algorithm: Algorithm,
    /// The key's thumbprint (RFC 7638), which is different for every key.
    pub kid: KeyId,
}

/// Why a signing key could not be generated or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The cryptographic library generated no key.
    #[error("the signing key could not be generated")]
    NotMade,
    /// The seal was made for another tenant, another name or another root key, or the bytes were changed.
    #[error("the sealed signing key could not be opened")]
    Sealed(#[source] seal::OpenError),
    /// The seal is valid, but the key in it does not have that name.
    #[error("the sealed signing key does not match its name")]
    OtherKey,
}

/// Why a token could not be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The claims could not be serialized, or the cryptographic library refused to sign.
    #[error("the token could not be signed")]
    Failed,
    /// The operating system provides no randomness for the token's id.
    #[error("the operating system provides no randomness")]
    NoRandomness,
    /// A scope for persons was requested for a machine token (row T9).
    #[error("a machine token can have only resource scopes")]
    UserScope,
    /// The id of the sign-in contains no time.
    #[error("the id of the sign-in is not a UUIDv7")]
    Origin,
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

#[derive(Serialize)]
struct Header<'k> {
    kid: &'k KeyId,
    alg: Algorithm,
}

impl SigningKey {
    /// Generates a key: RSA with 2048 bits, or P-256. RSA takes a few tenths of a second.
    ///
    /// # Errors
    /// [`SigningKeyError::NotMade`] if the library fails, for example without randomness.
    pub fn generate(
        pool: &PoolId,
        token_use: TokenUse,
        algorithm: Algorithm,
    ) -> Result<Self, SigningKeyError> {
        let pair = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rsa),
            Algorithm::Es256 => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::P256)
            }
        };
        let pair = pair.map_err(|_| SigningKeyError::NotMade)?;
        let secret = pair.to_pkcs8().ok_or(SigningKeyError::NotMade)?;
        Self::of(pool.clone(), token_use, pair, secret).ok_or(SigningKeyError::NotMade)
    }

    /// Seals the key for storage. The seal is bound to the tenant and to the name, so a sealed key that is copied to another row does not open.
    ///
    /// # Errors
    /// [`SealError`] if the operating system provides no randomness.
    pub fn seal(&self, seals: &Seals, tenant: TenantId) -> Result<Vec<u8>, SealError> {
        seals.seal(scope(tenant), &self.name.place(), &self.secret)
    }

    /// Opens a sealed key.
    ///
    /// # Errors
    /// [`SigningKeyError`] if the key was sealed for another tenant or another name, or does not match `name`.
    pub fn open(
        seals: &Seals,
        tenant: TenantId,
        name: &KeyName,
        sealed: &[u8],
    ) -> Result<Self, SigningKeyError> {
        let secret =
            seals.open(scope(tenant), &name.place(), sealed).map_err(SigningKeyError::Sealed)?;
        let secret = Zeroizing::new(secret);
        let pair = Pair::of_pkcs8(name.algorithm, &secret).ok_or(SigningKeyError::OtherKey)?;
        let key = Self::of(name.pool.clone(), name.token_use, pair, secret);
        key.filter(|key| key.name == *name).ok_or(SigningKeyError::OtherKey)
    }

    /// Seals the same key under the current root key. Returns `None` if it is sealed under that already.
    ///
    /// # Errors
    /// [`ResealError`] if the key was sealed for another tenant or another name.
    pub fn reseal(
        seals: &Seals,
        tenant: TenantId,
        name: &KeyName,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, ResealError> {
        seals.reseal(scope(tenant), &name.place(), sealed)
    }

    /// The name of the key: pool, token use, algorithm and `kid`.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The public key that verifies its signatures.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs the claims and returns the token in compact form. The header is like Cognito's: `kid` and `alg`.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, SigningError> {
        let header = Header { kid: &self.name.kid, alg: self.name.algorithm };
        let header = serde_json::to_vec(&header).map_err(|_| SigningError::Failed)?;
        let claims = serde_json::to_vec(claims).map_err(|_| SigningError::Failed)?;
        let mut token = base64url::encode(header);
        token.push('.');
        token.push_str(&base64url::encode(claims));
        let signature = self.pair.sign(token.as_bytes()).ok_or(SigningError::Failed)?;
        token.push('.');
        token.push_str(&base64url::encode(signature));
        Ok(token)
    }

    fn of(
        pool: PoolId,
        token_use: TokenUse,
        pair: Pair,
        secret: Zeroizing<Vec<u8>>,
    ) -> Option<Self> {
        let public = PublicKey::new(None, pair.numbers()?).ok()?;
        let (algorithm, kid) = (public.algorithm(), public.kid().clone());
        Some(Self { name: KeyName { pool, token_use, algorithm, kid }, pair, secret, public })
    }
}

impl KeyName {
    /// The associated data of the seal. No part contains a line break, so two different names never give the same bytes.
    fn place(&self) -> Vec<u8> {
        let [token_use, algorithm] = [self.token_use.as_str(), self.algorithm.as_str()];
        format!("{}\n{token_use}\n{algorithm}\n{}", self.pool, self.kid).into_bytes()
    }
}

impl Pair {
    fn of_pkcs8(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::Rs256 => RsaKeyPair::from_pkcs8(secret).ok().map(Self::Rsa),
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, secret);
                pair.ok().map(Self::P256)
            }
        }
    }

    fn to_pkcs8(&self) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = match self {
            Self::Rsa(pair) => AsDer::as_der(pair).ok()?.as_ref().to_vec(),
            Self::P256(pair) => pair.to_pkcs8v1().ok()?.as_ref().to_vec(),
        };
        Some(Zeroizing::new(bytes))
    }

    fn numbers(&self) -> Option<Numbers> {
        match self {
            Self::Rsa(pair) => {
                let RsaPublicKeyComponents { n, e } = pair.public_key().into();
                Some(Numbers::Rsa { n, e })
            }
            Self::P256(pair) => {
                // An uncompressed point: `04 ‖ x ‖ y` (SEC 1 §2.3.3).
                let (x, y) = pair.public_key().as_ref().strip_prefix(&[4])?.split_at_checked(32)?;
                Some(Numbers::P256 { x: x.try_into().ok()?, y: y.try_into().ok()? })
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Self::P256(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
        }
    }
}

const fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

/// Shows the `kid` only, never the private key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} …)", self.name.kid)
    }
}

#[cfg(test)]
#[path = "signing_key_tests.rs"]
mod tests;
