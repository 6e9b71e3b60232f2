//! What is stored in place of a password: a salt and `g^x`, sealed under a key that the database does not have.

use std::fmt;

use domain::{AccountId, PoolId, TenantId};
use seal::{NotRenewed, NotSealed, Purpose, Scope, Seals};
use zeroize::Zeroizing;

use super::{
    NotMade,
    group::{Element, Exponent, hash, pad},
};

pub(super) const SALT_BYTES: usize = 16;
pub(super) const DIGEST_BYTES: usize = 32;

const PURPOSE: Purpose = Purpose::of("srp verifier");

/// The verifier of one password of one account of one pool. Of any other it opens nothing: it carries whose it is, and is sealed for them.
#[derive(Clone)]
pub struct Verifier {
    pool: PoolId,
    account: AccountId,
    salt: [u8; SALT_BYTES],
    /// On the heap, so that nothing of it is left where a verifier was moved from.
    value: Box<Zeroizing<Element>>,
}

/// What is stored was not made for this place.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It was sealed for another tenant, pool or account, under a key that we do not have, or was changed.
    #[error("what is stored for SRP does not open here")]
    Sealed(#[from] seal::Refused),
    /// What was sealed has another form.
    #[error("what is stored for SRP has another form")]
    Form,
}

impl Verifier {
    /// Makes the verifier of a new password under a fresh random salt. It takes milliseconds and belongs on the pool's threads.
    pub(crate) fn of_password(
        pool: PoolId,
        account: AccountId,
        password: &[u8],
    ) -> Result<Self, NotMade> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        Ok(Self::with_salt(pool, account, password, salt))
    }

    /// `v = g^x` with `x = H(salt ‖ H(pool ‖ account ‖ ":" ‖ password))`.
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

    /// Seals it for the database.
    ///
    /// # Errors
    /// [`NotSealed`] if there is no randomness to be had.
    pub fn seal(&self, seals: &Seals, tenant: TenantId) -> Result<Vec<u8>, NotSealed> {
        let plain = Zeroizing::new([&self.salt[..], &self.value.to_bytes()].concat());
        seals.seal(scope(tenant), &place(&self.pool, self.account), &plain)
    }

    /// Opens what the database has for this account.
    ///
    /// # Errors
    /// [`Unreadable`] unless it was sealed for this tenant, pool and account.
    pub fn open(
        seals: &Seals,
        tenant: TenantId,
        pool: &PoolId,
        account: AccountId,
        sealed: &[u8],
    ) -> Result<Self, Unreadable> {
        let plain = Zeroizing::new(seals.open(scope(tenant), &place(pool, account), sealed)?);
        let (salt, value) = plain.split_first_chunk().ok_or(Unreadable::Form)?;
        let value = value.try_into().ok().and_then(Element::from_bytes);
        let value = Box::new(Zeroizing::new(value.ok_or(Unreadable::Form)?));
        Ok(Self { pool: pool.clone(), account, salt: *salt, value })
    }

    /// What the database has for this account, sealed under the current root key; `None` if it is already.
    ///
    /// # Errors
    /// [`NotRenewed`] unless it was sealed for this tenant, pool and account.
    pub fn renew(
        seals: &Seals,
        tenant: TenantId,
        pool: &PoolId,
        account: AccountId,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, NotRenewed> {
        seals.renew(scope(tenant), &place(pool, account), sealed)
    }

    /// Whose password it is of.
    pub fn account(&self) -> AccountId {
        self.account
    }

    pub(super) fn pool(&self) -> &PoolId {
        &self.pool
    }

    /// Whether this is the digest of salt and value. The time it takes does not depend on the bytes.
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

/// SHA-256 of salt and value: names a verifier in a secret block without showing it.
pub(super) fn digest(salt: &[u8; SALT_BYTES], value: &Element) -> [u8; DIGEST_BYTES] {
    hash(&[salt, &*Zeroizing::new(value.to_bytes())])
}

fn scope(tenant: TenantId) -> Scope {
    Scope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

/// A pool's id has no zero byte in it, so two places are never written alike.
fn place(pool: &PoolId, account: AccountId) -> Vec<u8> {
    [pool.as_str().as_bytes(), &[0], account.as_uuid().as_bytes()].concat()
}

/// Nothing by which a password could be guessed is shown.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({}, {}, …)", self.pool, self.account)
    }
}
