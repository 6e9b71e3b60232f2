//! The stored SRP secret of an account: a salt and `g^x`, sealed under a key that the database does not have.

use std::fmt;

use domain::{AccountId, PoolId, TenantId};
use seal::{KeyScope, Purpose, ResealError, SealError, Seals};
use zeroize::Zeroizing;

use super::{
    ChallengeError,
    group::{Element, Exponent, hash, pad},
};

pub(super) const SALT_BYTES: usize = 16;
pub(super) const DIGEST_BYTES: usize = 32;

const PURPOSE: Purpose = Purpose::of("srp verifier");

/// The verifier of one password, for one account of one pool. It names its pool and account and is sealed for them, so it cannot be used for others.
#[derive(Clone)]
pub struct Verifier {
    pool: PoolId,
    account: AccountId,
    salt: [u8; SALT_BYTES],
    /// On the heap, so that moving a verifier leaves no copy behind.
    value: Box<Zeroizing<Element>>,
}

/// The stored bytes are not a verifier of this account.
#[derive(Debug, thiserror::Error)]
pub enum InvalidStoredVerifier {
    /// The verifier was sealed for another tenant, pool or account, or under an unknown root key, or was changed.
    #[error("cannot open the stored SRP verifier")]
    Sealed(#[from] seal::OpenError),
    /// The sealed content is not a salt and a number of the group.
    #[error("the stored SRP verifier is malformed")]
    Form,
}

impl Verifier {
    /// Computes the verifier of a new password under a fresh random salt. It takes milliseconds, so requests run it on the pool's threads.
    pub(crate) fn of_password(
        pool: PoolId,
        account: AccountId,
        password: &[u8],
    ) -> Result<Self, ChallengeError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        Ok(Self::with_salt(pool, account, password, salt))
    }

    /// Computes `v = g^x` with `x = H(salt ‖ H(pool ‖ account ‖ ":" ‖ password))`.
    pub(super) fn with_salt(
        pool: PoolId,
        account: AccountId,
        password: &[u8],
        salt: [u8; SALT_BYTES],
    ) -> Self {
        let name = [pool.name(), &account.to_string(), ":"].concat();
        let inner = Zeroizing::new(hash(&[name.as_bytes(), password]));
        let x = Zeroizing::new(hash(&[&pad(&salt), &*inner]));
        let value = Box::new(Zeroizing::new(Element::power(&Exponent::of(&x))));
        Self { pool, account, salt, value }
    }

    /// Seals the verifier for the database.
    ///
    /// # Errors
    /// [`SealError`] if the operating system provides no random bytes.
    pub fn seal(&self, seals: &Seals, tenant: TenantId) -> Result<Vec<u8>, SealError> {
        let plain = Zeroizing::new([&self.salt[..], &self.value.to_bytes()].concat());
        seals.seal(scope(tenant), &place(&self.pool, self.account), &plain)
    }

    /// Opens the stored verifier of this account.
    ///
    /// # Errors
    /// [`InvalidStoredVerifier`] unless it was sealed for this tenant, pool and account.
    pub fn open(
        seals: &Seals,
        tenant: TenantId,
        pool: &PoolId,
        account: AccountId,
        sealed: &[u8],
    ) -> Result<Self, InvalidStoredVerifier> {
        let plain = Zeroizing::new(seals.open(scope(tenant), &place(pool, account), sealed)?);
        let (salt, value) = plain.split_first_chunk().ok_or(InvalidStoredVerifier::Form)?;
        let value = value.try_into().ok().and_then(Element::from_bytes);
        let value = Box::new(Zeroizing::new(value.ok_or(InvalidStoredVerifier::Form)?));
        Ok(Self { pool: pool.clone(), account, salt: *salt, value })
    }

    /// Seals the stored verifier under the current root key; `None` if it is under it already.
    ///
    /// # Errors
    /// [`ResealError`] unless it was sealed for this tenant, pool and account, or if it cannot be sealed again.
    pub fn reseal(
        seals: &Seals,
        tenant: TenantId,
        pool: &PoolId,
        account: AccountId,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, ResealError> {
        seals.reseal(scope(tenant), &place(pool, account), sealed)
    }

    /// The account whose password this is.
    pub fn account(&self) -> AccountId {
        self.account
    }

    pub(super) fn pool(&self) -> &PoolId {
        &self.pool
    }

    /// Returns whether `other` is the digest of this salt and value. Takes constant time.
    pub(super) fn has_digest(&self, other: &[u8; DIGEST_BYTES]) -> bool {
        let own = digest(&self.salt, &self.value);
        own.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }

    pub(super) fn salt(&self) -> &[u8; SALT_BYTES] {
        &self.salt
    }

    pub(super) fn value(&self) -> &Element {
        &self.value
    }
}

/// SHA-256 of salt and value: identifies a verifier in a secret block without revealing it.
pub(super) fn digest(salt: &[u8; SALT_BYTES], value: &Element) -> [u8; DIGEST_BYTES] {
    hash(&[salt, &*Zeroizing::new(value.to_bytes())])
}

fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

/// No pool id contains a zero byte, so two places never have the same encoding.
fn place(pool: &PoolId, account: AccountId) -> Vec<u8> {
    [pool.as_str().as_bytes(), &[0], account.as_uuid().as_bytes()].concat()
}

/// Prints nothing that would help to guess a password.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({}, {}, …)", self.pool, self.account)
    }
}
