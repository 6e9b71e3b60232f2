//! Seals under the current root key. Opens under the current or the previous one.

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

/// The format of a sealed value: its first byte. A new format gets a new number.
const VERSION: u8 = 1;
/// The numbers reserved for formats, present and future. Data that begins with another byte is not a sealed value.
const FORMATS: RangeInclusive<u8> = 1..=31;
/// The HKDF salt. It separates this use of the root key from any other.
const SALT: &[u8] = b"watertight root key";
const NAME: usize = 4;
const HEADER: usize = 1 + NAME;
/// The length of a MAC that names its root key, in bytes.
pub const NAMED_MAC: usize = NAME + 32;

/// The use of a key. Two purposes have different keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(&'static str);

/// Selects a key by purpose and tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyScope {
    /// The use of the key.
    pub purpose: Purpose,
    /// The tenant whose data the key protects.
    pub tenant: Uuid,
}

/// Seals under the current root key, and opens under the current or the previous one. Clones share the keys.
#[derive(Clone)]
pub struct Seals(Arc<[Root]>);

/// The reason why a text was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The operating system provided no random bytes for the nonce.
    #[error("the operating system provided no random bytes")]
    NoRandomness(#[source] getrandom::Error),
    /// The text is longer than 256 GiB.
    #[error("the text is longer than 256 GiB")]
    TooLong,
}

/// The reason why a sealed value was not opened or a MAC was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The sealed value has a format that this version does not know. A newer or older version wrote it.
    #[error("the sealed value has an unknown format")]
    Version,
    /// The root key is neither the current nor the previous one: it is older, or this node does not have the new one yet.
    #[error("the value is sealed under a root key that this node does not have")]
    UnknownRoot,
    /// The sealed value was sealed for another tenant, purpose or place, or was changed or truncated.
    #[error("the sealed value was changed, or belongs to another tenant or place")]
    Broken,
}

/// The root key that a sealed value names. Only opening the sealed value proves that it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedUnder {
    /// The current root key.
    Current,
    /// The previous root key. The sealed value must be sealed again before that key is removed.
    Previous,
    /// Neither of them, or the data is not a sealed value of this version.
    Neither,
}

/// The reason why a sealed value was not sealed again.
#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    /// The sealed value could not be opened.
    #[error("the sealed value cannot be opened")]
    Open(#[from] OpenError),
    /// The content could not be sealed.
    #[error("the value cannot be sealed again")]
    Seal(#[from] SealError),
}

/// A root key after HKDF's extract step.
struct Root {
    name: [u8; NAME],
    extracted: Zeroizing<[u8; 32]>,
}

impl Purpose {
    /// Names a purpose. Never change the name of a purpose: every key depends on it.
    ///
    /// # Panics
    /// At compile time, if the name is longer than 255 bytes.
    pub const fn of(name: &'static str) -> Self {
        assert!(name.len() <= 255, "a purpose is a short name");
        Self(name)
    }
}

impl Seals {
    /// Seals under `current`; opens under `current` or `previous`.
    pub fn new(current: &RootKey, previous: Option<&RootKey>) -> Self {
        Self([Some(current), previous].into_iter().flatten().map(Root::of).collect())
    }

    /// Seals `plain` for a scope and a place. The sealed value opens only with the same scope and the same place.
    ///
    /// # Errors
    /// [`SealError`] if there are no random bytes for the nonce, or the text is longer than 256 GiB.
    pub fn seal(&self, scope: KeyScope, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(SealError::NoRandomness)?;
        let root = &self.0[0];
        let mut sealed = Vec::with_capacity(HEADER + NONCE + plain.len() + TAG);
        sealed.push(VERSION);
        sealed.extend_from_slice(&root.name);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let aad = associated(&sealed[..HEADER], place);
        let text = &mut sealed[HEADER + NONCE..];
        let tag = encrypt(&root.key(scope), &nonce, &aad, text).ok_or(SealError::TooLong)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens a sealed value and returns its content.
    ///
    /// # Errors
    /// [`OpenError`] unless the sealed value was sealed for this scope and this place and is unchanged.
    pub fn open(&self, scope: KeyScope, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        match sealed.first() {
            Some(&VERSION) => {}
            Some(version) if FORMATS.contains(version) => return Err(OpenError::Version),
            _ => return Err(OpenError::Broken),
        }
        let (header, rest) = sealed.split_at_checked(HEADER).ok_or(OpenError::Broken)?;
        let root =
            self.0.iter().find(|root| root.name == header[1..]).ok_or(OpenError::UnknownRoot)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::Broken)?;
        let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(OpenError::Broken)?;
        let mut plain = vec![0; text.len()];
        let aad = associated(header, place);
        let opens = decrypt(&root.key(scope), nonce, &aad, (text, tag), &mut plain);
        opens.then_some(plain).ok_or(OpenError::Broken)
    }

    /// Returns the root key that the sealed value names, without opening it.
    pub fn sealed_under(&self, sealed: &[u8]) -> SealedUnder {
        let named = sealed.strip_prefix(&[VERSION]).and_then(|rest| rest.first_chunk::<NAME>());
        match self.0.iter().position(|root| Some(&root.name) == named) {
            Some(0) => SealedUnder::Current,
            Some(_) => SealedUnder::Previous,
            None => SealedUnder::Neither,
        }
    }

    /// Opens the sealed value and seals its content under the current root key; `None` if it is under it already. The plain text is wiped from memory.
    ///
    /// # Errors
    /// [`ResealError`] if the sealed value does not open for this scope and this place, or its content could not be sealed.
    pub fn reseal(
        &self,
        scope: KeyScope,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, ResealError> {
        let plain = Zeroizing::new(self.open(scope, place, sealed)?);
        match self.sealed_under(sealed) {
            SealedUnder::Current => Ok(None),
            SealedUnder::Previous | SealedUnder::Neither => {
                Ok(Some(self.seal(scope, place, &plain)?))
            }
        }
    }

    /// HMAC-SHA-256 (RFC 2104) of a message under the scope's key, derived from the current root key. Without the root key, the result cannot be computed.
    pub fn mac(&self, scope: KeyScope, message: &[u8]) -> [u8; 32] {
        self.0[0].mac(scope, message)
    }

    /// A MAC that names its root key: the name of the current one (4 bytes) and [`Seals::mac`] (32 bytes). It proves that a holder of the root key made it for
    /// this message and scope.
    pub fn named_mac(&self, scope: KeyScope, message: &[u8]) -> [u8; NAMED_MAC] {
        let root = &self.0[0];
        let mut named = [0; NAMED_MAC];
        named[..NAME].copy_from_slice(&root.name);
        named[NAME..].copy_from_slice(&root.mac(scope, message));
        named
    }

    /// Verifies a MAC of [`Seals::named_mac`] in constant time, made under the current root key or the previous one.
    ///
    /// # Errors
    /// [`OpenError::UnknownRoot`] if it names neither root key; [`OpenError::Broken`] if it has the wrong length, or is of another scope or message.
    pub fn verify_named_mac(
        &self,
        scope: KeyScope,
        message: &[u8],
        named: &[u8],
    ) -> Result<(), OpenError> {
        let named: &[u8; NAMED_MAC] = named.try_into().map_err(|_| OpenError::Broken)?;
        let (name, mac) = named.split_at(NAME);
        let root = self.0.iter().find(|root| root.name == name).ok_or(OpenError::UnknownRoot)?;
        root.hmac(scope).chain_update(message).verify_slice(mac).map_err(|_| OpenError::Broken)
    }

    /// Like [`Seals::mac`], once for each root key, the current one first. Finds values that were derived before the root key was changed.
    pub fn macs(&self, scope: KeyScope, message: &[u8]) -> impl Iterator<Item = [u8; 32]> {
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

    /// Derives the key of a scope. It costs one HMAC, so caching derived keys would save little and expose more.
    fn key(&self, scope: KeyScope) -> Key {
        let name = scope.purpose.0.as_bytes();
        // The length before the name makes the input of two purposes differ, whatever follows.
        let length = [u8::try_from(name.len()).unwrap_or(u8::MAX)];
        derived(&self.extracted, &[&length, name, scope.tenant.as_bytes()])
    }

    fn mac(&self, scope: KeyScope, message: &[u8]) -> [u8; 32] {
        self.hmac(scope).chain_update(message).finalize().into_bytes().into()
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn hmac(&self, scope: KeyScope) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&*self.key(scope)).expect("a key of 32 bytes")
    }
}

/// HKDF's expand step.
#[expect(
    clippy::expect_used,
    reason = "32 bytes are one block, so this cannot fail; an all-zero key must not be used"
)]
fn derived(extracted: &Zeroizing<[u8; 32]>, info: &[&[u8]]) -> Key {
    let mut key = Key::default();
    let hkdf = Hkdf::<Sha256>::from_prk(&**extracted).expect("a key of one block");
    hkdf.expand_multi_info(info, &mut *key).expect("one block is never too long");
    key
}

/// The associated data: version and root key are authenticated too, so they cannot be changed.
fn associated(header: &[u8], place: &[u8]) -> Vec<u8> {
    [header, place].concat()
}

/// Prints no part of the keys.
impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seals({} root keys)", self.0.len())
    }
}

#[cfg(test)]
#[path = "seals_tests.rs"]
mod tests;
