//! Sealing and opening: under the current root key, and opening under the previous one too.

use std::{fmt, ops::RangeInclusive, sync::Arc};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    RootKey,
    cipher::{Key, NONCE, TAG, decrypt, encrypt},
};

/// The format of a box. Another one has another number here.
const VERSION: u8 = 1;
/// The numbers that formats have or may have one day. What begins with another byte is no box.
const FORMATS: RangeInclusive<u8> = 1..=31;
/// Sets our use of the root key apart from any other.
const SALT: &[u8] = b"watertight root key";
const NAME: usize = 4;
const HEADER: usize = 1 + NAME;
/// The length of a MAC that names its root key, in bytes.
pub const NAMED_MAC: usize = NAME + 32;

/// What a key is for. Two purposes have two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(&'static str);

/// Which key: that of a purpose and a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is.
    pub tenant: Uuid,
}

/// Seals under the current root key, opens under that and the previous one. Clones share them.
#[derive(Clone)]
pub struct Seals(Arc<[Root]>);

/// Why nothing is sealed.
#[derive(Debug, thiserror::Error)]
pub enum NotSealed {
    /// The system gives no randomness, so there is no nonce.
    #[error("the system gives no randomness")]
    NoRandomness(#[source] getrandom::Error),
    /// The text is longer than 256 GiB.
    #[error("the text is longer than can be sealed at once")]
    TooLong,
}

/// Why a box is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is of a format that this version does not know, newer or older.
    #[error("the box is of another format")]
    Version,
    /// It was sealed under a root key that we do not have: it is older than the previous one, or we have not got the new one yet.
    #[error("the box is sealed under another root key")]
    UnknownRoot,
    /// It was sealed for another tenant, purpose or place, or was changed or cut.
    #[error("the box does not open here")]
    Broken,
}

/// Under which root key a box says that it was sealed. Only opening it shows that this is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedUnder {
    /// The current one.
    Current,
    /// The previous one: it has to be sealed anew before that one goes.
    Previous,
    /// Neither, or it is no box of this version.
    Neither,
}

/// Why a box is not sealed anew.
#[derive(Debug, thiserror::Error)]
pub enum NotRenewed {
    /// It does not open.
    #[error("the box does not open")]
    Refused(#[from] Refused),
    /// What was in it cannot be sealed.
    #[error("what is in the box cannot be sealed anew")]
    NotSealed(#[from] NotSealed),
}

/// What is left of a root key after HKDF's first step.
struct Root {
    name: [u8; NAME],
    extracted: Zeroizing<[u8; 32]>,
}

impl Purpose {
    /// The purpose of this name, which is never changed: every key depends on it.
    ///
    /// # Panics
    /// At compile time, if the name is longer than 255 bytes.
    pub const fn of(name: &'static str) -> Self {
        assert!(name.len() <= 255, "a purpose is a short name");
        Self(name)
    }
}

impl Seals {
    /// Seals under the first; opens under either.
    pub fn new(current: &RootKey, previous: Option<&RootKey>) -> Self {
        Self([Some(current), previous].into_iter().flatten().map(Root::of).collect())
    }

    /// Seals the text for a scope and a place. It opens only with both of them the same.
    ///
    /// # Errors
    /// [`NotSealed`] if there is no nonce to be had.
    pub fn seal(&self, scope: Scope, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(NotSealed::NoRandomness)?;
        let root = &self.0[0];
        let mut sealed = Vec::with_capacity(HEADER + NONCE + plain.len() + TAG);
        sealed.push(VERSION);
        sealed.extend_from_slice(&root.name);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let aad = associated(&sealed[..HEADER], place);
        let text = &mut sealed[HEADER + NONCE..];
        let tag = encrypt(&root.key(scope), &nonce, &aad, text).ok_or(NotSealed::TooLong)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens a box.
    ///
    /// # Errors
    /// [`Refused`] unless it was sealed for this scope and this place, and not one bit of it has changed.
    pub fn open(&self, scope: Scope, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Refused> {
        match sealed.first() {
            Some(&VERSION) => {}
            Some(version) if FORMATS.contains(version) => return Err(Refused::Version),
            _ => return Err(Refused::Broken),
        }
        let (header, rest) = sealed.split_at_checked(HEADER).ok_or(Refused::Broken)?;
        let root =
            self.0.iter().find(|root| root.name == header[1..]).ok_or(Refused::UnknownRoot)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(Refused::Broken)?;
        let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(Refused::Broken)?;
        let mut plain = vec![0; text.len()];
        let aad = associated(header, place);
        let opens = decrypt(&root.key(scope), nonce, &aad, (text, tag), &mut plain);
        opens.then_some(plain).ok_or(Refused::Broken)
    }

    /// Under which root key the box was sealed.
    pub fn sealed_under(&self, sealed: &[u8]) -> SealedUnder {
        let named = sealed.strip_prefix(&[VERSION]).and_then(|rest| rest.first_chunk::<NAME>());
        match self.0.iter().position(|root| Some(&root.name) == named) {
            Some(0) => SealedUnder::Current,
            Some(_) => SealedUnder::Previous,
            None => SealedUnder::Neither,
        }
    }

    /// The same text sealed under the current root key; `None` if the box is already. Nothing of it is left in memory.
    ///
    /// # Errors
    /// [`NotRenewed`] unless it opens for this scope and this place.
    pub fn renew(
        &self,
        scope: Scope,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, NotRenewed> {
        let plain = Zeroizing::new(self.open(scope, place, sealed)?);
        match self.sealed_under(sealed) {
            SealedUnder::Current => Ok(None),
            SealedUnder::Previous | SealedUnder::Neither => {
                Ok(Some(self.seal(scope, place, &plain)?))
            }
        }
    }

    /// HMAC-SHA-256 (RFC 2104) of a message under the current key of a scope: a secret that only we can derive from what it is derived from.
    pub fn mac(&self, scope: Scope, message: &[u8]) -> [u8; 32] {
        self.0[0].mac(scope, message)
    }

    /// A MAC that names its root key: the name of the current one (4 bytes) and [`Seals::mac`] (32 bytes). It proves that the message comes from a
    /// holder of the root key and was made for this scope.
    pub fn named_mac(&self, scope: Scope, message: &[u8]) -> [u8; NAMED_MAC] {
        let root = &self.0[0];
        let mut named = [0; NAMED_MAC];
        named[..NAME].copy_from_slice(&root.name);
        named[NAME..].copy_from_slice(&root.mac(scope, message));
        named
    }

    /// Verifies a MAC of [`Seals::named_mac`] in constant time, made under the current root key or the previous one.
    ///
    /// # Errors
    /// [`Refused::UnknownRoot`] if it names neither; [`Refused::Broken`] if it is none, or is of another scope or message.
    pub fn verify_named_mac(
        &self,
        scope: Scope,
        message: &[u8],
        named: &[u8],
    ) -> Result<(), Refused> {
        let named: &[u8; NAMED_MAC] = named.try_into().map_err(|_| Refused::Broken)?;
        let (name, mac) = named.split_at(NAME);
        let root = self.0.iter().find(|root| root.name == name).ok_or(Refused::UnknownRoot)?;
        root.hmac(scope).chain_update(message).verify_slice(mac).map_err(|_| Refused::Broken)
    }

    /// The same under each root key, the current one first: what was derived before the root key was changed is found again.
    pub fn macs(&self, scope: Scope, message: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        self.0.iter().map(move |root| root.mac(scope, message))
    }
}

impl Root {
    fn of(key: &RootKey) -> Self {
        let (extracted, _) = Hkdf::<Sha256>::extract(Some(SALT), key.bytes());
        let extracted = Zeroizing::new(extracted.into());
        let mut name = [0; NAME];
        name.copy_from_slice(&derived(&extracted, &[b"name"])[..NAME]);
        Self { name, extracted }
    }

    /// The key of a scope. One HMAC makes it, so keeping derived keys would save less than it would expose.
    fn key(&self, scope: Scope) -> Key {
        let name = scope.purpose.0.as_bytes();
        // The length before the name keeps two purposes apart whatever follows.
        let length = [u8::try_from(name.len()).unwrap_or(u8::MAX)];
        derived(&self.extracted, &[&length, name, scope.tenant.as_bytes()])
    }

    fn mac(&self, scope: Scope, message: &[u8]) -> [u8; 32] {
        self.hmac(scope).chain_update(message).finalize().into_bytes().into()
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn hmac(&self, scope: Scope) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&*self.key(scope)).expect("a key of 32 bytes")
    }
}

/// HKDF's second step.
#[expect(
    clippy::expect_used,
    reason = "32 bytes are one block; a key that was not made must not be used"
)]
fn derived(extracted: &Zeroizing<[u8; 32]>, info: &[&[u8]]) -> Key {
    let mut key = Key::default();
    let hkdf = Hkdf::<Sha256>::from_prk(&**extracted).expect("a key of one block");
    hkdf.expand_multi_info(info, &mut *key).expect("one block is never too long");
    key
}

/// Version and root are sealed as well: a box cannot be told to be another one.
fn associated(header: &[u8], place: &[u8]) -> Vec<u8> {
    [header, place].concat()
}

/// Nothing of the keys is shown.
impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seals({} root keys)", self.0.len())
    }
}

#[cfg(test)]
#[path = "seals_tests.rs"]
mod tests;
