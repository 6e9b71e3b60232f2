//! A private key of a pool: made here, sealed here, and used here.

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
use seal::{NotRenewed, NotSealed, Purpose, Scope, Seals};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{Algorithm, KeyId, PublicKey, TokenUse, base64url, public_key::Numbers};

const PURPOSE: Purpose = Purpose::of("token signing key");

/// A private key, for one use in one pool. It leaves this crate sealed or not at all.
pub struct SigningKey {
    name: KeyName,
    pair: Pair,
    /// PKCS#8.
    secret: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

/// Which key: all that stands beside it in the open, and all that it is sealed to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyName {
    /// Whose tokens it signs.
    pub pool: PoolId,
    /// Which of them.
    pub token_use: TokenUse,
    /// How.
    pub algorithm: Algorithm,
    /// Its thumbprint (RFC 7638), which no other key has.
    pub kid: KeyId,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// The library made none.
    #[error("no key could be made")]
    NotMade,
    /// The box does not open here.
    #[error("the sealed key does not open")]
    Sealed(#[source] seal::Refused),
    /// What was in the box is not the key of that name.
    #[error("the sealed key is not the one of its name")]
    OtherKey,
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// The claims are no JSON, or the library refused.
    #[error("the token could not be signed")]
    Failed,
    /// The system gives no randomness, so the token has no id.
    #[error("the system gives no randomness")]
    NoRandomness,
    /// A machine is no person (row T9).
    #[error("a machine has only scopes of resources")]
    ScopeOfAPerson,
    /// The id of the sign-in has no time in it.
    #[error("the origin of the sign-in is no UUIDv7")]
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
    /// A new key: RSA of 2048 bits, or P-256. RSA takes some tenths of a second.
    ///
    /// # Errors
    /// [`NoKey::NotMade`] if the library has no randomness.
    pub fn generate(
        pool: &PoolId,
        token_use: TokenUse,
        algorithm: Algorithm,
    ) -> Result<Self, NoKey> {
        let pair = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rsa),
            Algorithm::Es256 => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::P256)
            }
        };
        let pair = pair.map_err(|_| NoKey::NotMade)?;
        let secret = pair.to_pkcs8().ok_or(NoKey::NotMade)?;
        Self::of(pool.clone(), token_use, pair, secret).ok_or(NoKey::NotMade)
    }

    /// The key as it may be stored: sealed for its tenant and to its name, so that one row's key does not open in another's.
    ///
    /// # Errors
    /// [`NotSealed`] if the system has no randomness.
    pub fn seal(&self, seals: &Seals, tenant: TenantId) -> Result<Vec<u8>, NotSealed> {
        seals.seal(scope(tenant), &self.name.place(), &self.secret)
    }

    /// The key that was sealed.
    ///
    /// # Errors
    /// [`NoKey`] if it was sealed for another tenant or another name, or is not the key of that name.
    pub fn open(
        seals: &Seals,
        tenant: TenantId,
        name: &KeyName,
        sealed: &[u8],
    ) -> Result<Self, NoKey> {
        let secret = seals.open(scope(tenant), &name.place(), sealed).map_err(NoKey::Sealed)?;
        let secret = Zeroizing::new(secret);
        let pair = Pair::of_pkcs8(name.algorithm, &secret).ok_or(NoKey::OtherKey)?;
        let key = Self::of(name.pool.clone(), name.token_use, pair, secret);
        key.filter(|key| key.name == *name).ok_or(NoKey::OtherKey)
    }

    /// The same key sealed under the current root key; `None` if it is already.
    ///
    /// # Errors
    /// [`NotRenewed`] if it was sealed for another tenant or another name.
    pub fn renew(
        seals: &Seals,
        tenant: TenantId,
        name: &KeyName,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, NotRenewed> {
        seals.renew(scope(tenant), &name.place(), sealed)
    }

    /// Which key it is.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// What verifies its signatures.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The claims as a signed token, with Cognito's header: `kid` and `alg`.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, NotSigned> {
        let header = Header { kid: &self.name.kid, alg: self.name.algorithm };
        let header = serde_json::to_vec(&header).map_err(|_| NotSigned::Failed)?;
        let claims = serde_json::to_vec(claims).map_err(|_| NotSigned::Failed)?;
        let mut token = base64url::encode(header);
        token.push('.');
        token.push_str(&base64url::encode(claims));
        let signature = self.pair.sign(token.as_bytes()).ok_or(NotSigned::Failed)?;
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
    /// No part holds a line break, so two names are never one place.
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
                // `04 ‖ x ‖ y` (SEC 1 §2.3.3).
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

const fn scope(tenant: TenantId) -> Scope {
    Scope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

/// Nothing of the secret is shown.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} …)", self.name.kid)
    }
}

#[cfg(test)]
#[path = "signing_key_tests.rs"]
mod tests;
