//! Refresh tokens: opaque, and stored only as a digest. The successor of a token is derived from it, so it can be computed again.

use std::{fmt, str::FromStr};

use domain::{OriginId, TenantId};
use seal::{KeyScope, Purpose, Seals};
use sha2::{Digest, Sha256};

use crate::{base64url, secret::is_same_secret};

const BYTES: usize = 32;

/// Never change it: all successors are derived with it.
const PURPOSE: Purpose = Purpose::of("refresh token");

/// An opaque token of 256 bits (row T4g): 43 characters of base64url. Possession is enough to get tokens, so it is never printed, logged or stored.
#[derive(Clone)]
pub struct RefreshToken([u8; BYTES]);

/// The text is not a refresh token: not exactly 43 characters of unpadded base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid refresh token: expected 43 characters of unpadded base64url")]
pub struct InvalidRefreshToken;

/// The SHA-256 digest of a refresh token. It identifies the token and may be stored.
#[derive(Clone, Copy)]
pub struct RefreshDigest([u8; BYTES]);

/// How long a used refresh token still returns the same successor: 0 to 60 seconds, for a client that lost the reply (row T4g).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grace(u8);

/// The number of seconds is outside the bounds of [`Grace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid grace of a refresh token: expected 0 to 60 seconds")]
pub struct InvalidGrace;

impl RefreshToken {
    /// Makes the first token of a family.
    ///
    /// # Errors
    /// If the operating system provides no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The token as text, for the reply to the client.
    pub fn to_text(&self) -> String {
        base64url::encode(self.0)
    }

    /// The digest under which the token is stored and looked up.
    pub fn digest(&self) -> RefreshDigest {
        RefreshDigest(Sha256::digest(self.0).into())
    }

    /// The next token of the family, with the number `generation`. It is the same at each call, so a client that lost the reply can get it again although only
    /// digests are stored.
    #[must_use]
    pub fn successor(
        &self,
        seals: &Seals,
        tenant: TenantId,
        family: OriginId,
        generation: u32,
    ) -> Self {
        Self(seals.mac(scope(tenant), &self.message(family, generation)))
    }

    /// The successor whose digest is `stored`, derived under the current root key or under the previous one if the root key was changed since. `None` if
    /// neither matches: the successor cannot be returned again.
    pub fn same_successor(
        &self,
        seals: &Seals,
        tenant: TenantId,
        family: OriginId,
        generation: u32,
        stored: &RefreshDigest,
    ) -> Option<Self> {
        let message = self.message(family, generation);
        seals.macs(scope(tenant), &message).map(Self).find(|token| token.digest() == *stored)
    }

    /// The input of the derivation. Every part has a fixed length, so two different inputs never give the same bytes.
    fn message(&self, family: OriginId, generation: u32) -> Vec<u8> {
        [family.as_uuid().as_bytes().as_slice(), &generation.to_be_bytes(), &self.0].concat()
    }
}

impl FromStr for RefreshToken {
    type Err = InvalidRefreshToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        base64url::decode_exactly(text).map(Self).ok_or(InvalidRefreshToken)
    }
}

impl RefreshDigest {
    /// The digest as bytes, for storing it.
    pub const fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// A digest from its stored bytes.
    pub const fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }
}

impl PartialEq for RefreshDigest {
    fn eq(&self, other: &Self) -> bool {
        is_same_secret(&self.0, &other.0)
    }
}

impl Eq for RefreshDigest {}

impl Grace {
    /// The upper bound: 60 seconds.
    pub const LONGEST: Self = Self(60);

    /// A grace of that many seconds.
    ///
    /// # Errors
    /// [`InvalidGrace`] if `seconds` is more than 60.
    pub const fn from_seconds(seconds: u8) -> Result<Self, InvalidGrace> {
        if seconds > Self::LONGEST.0 { Err(InvalidGrace) } else { Ok(Self(seconds)) }
    }

    /// The grace in seconds.
    pub const fn seconds(self) -> u8 {
        self.0
    }
}

const fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

impl fmt::Debug for RefreshDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use seal::RootKey;
    use uuid::Uuid;

    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    fn family(number: u128) -> OriginId {
        OriginId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_token_round_trips() {
        let token = RefreshToken::random().unwrap();
        assert_eq!(token.to_text().len(), 43);
        let read: RefreshToken = token.to_text().parse().unwrap();
        assert_eq!(read.digest(), token.digest());
        assert_ne!(read.digest(), RefreshToken::random().unwrap().digest());
    }

    /// T4g: only 43 characters of unpadded base64url are a refresh token.
    #[test]
    fn a_malformed_token_is_refused() {
        let good = RefreshToken::random().unwrap().to_text();
        let long = format!("{good}A");
        for odd in ["", "a.b.c", &good[..42], &long, &format!("{good}="), &format!(" {good}")] {
            assert_eq!(odd.parse::<RefreshToken>().unwrap_err(), InvalidRefreshToken, "{odd}");
        }
    }

    /// T4g: the successor is the same each time, and a different one for each tenant, family, generation, parent and root key.
    #[test]
    fn a_successor_depends_on_everything_that_it_is_derived_from() {
        let [seals, other] = [(); 2].map(|()| Seals::new(&RootKey::random().unwrap(), None));
        let [parent, stranger] = [(); 2].map(|()| RefreshToken::random().unwrap());
        let child = parent.successor(&seals, tenant(1), family(1), 1).digest();
        assert_eq!(parent.successor(&seals, tenant(1), family(1), 1).digest(), child);
        for another in [
            parent.clone(),
            parent.successor(&seals, tenant(2), family(1), 1),
            parent.successor(&seals, tenant(1), family(2), 1),
            parent.successor(&seals, tenant(1), family(1), 2),
            parent.successor(&other, tenant(1), family(1), 1),
            stranger.successor(&seals, tenant(1), family(1), 1),
        ] {
            assert_ne!(another.digest(), child);
        }
    }

    /// T4g: a lost reply can be repeated although the root key was changed in between.
    #[test]
    fn a_successor_is_found_again_after_the_root_key_was_changed() {
        let [old, new] = [(); 2].map(|()| RootKey::random().unwrap());
        let parent = RefreshToken::random().unwrap();
        let child = parent.successor(&Seals::new(&old, None), tenant(1), family(1), 1);
        let again = |seals: &Seals| {
            let stored = child.digest();
            let found = parent.same_successor(seals, tenant(1), family(1), 1, &stored);
            found.map(|token| token.to_text())
        };
        assert_eq!(again(&Seals::new(&old, None)), Some(child.to_text()));
        assert_eq!(again(&Seals::new(&new, Some(&old))), Some(child.to_text()));
        assert_eq!(again(&Seals::new(&new, None)), None);
    }

    /// T4g: the grace has bounds.
    #[test]
    fn a_grace_period_is_at_most_a_minute() {
        assert_eq!(Grace::from_seconds(60), Ok(Grace::LONGEST));
        assert_eq!(Grace::from_seconds(0).map(Grace::seconds), Ok(0));
        assert_eq!(Grace::from_seconds(61), Err(InvalidGrace));
    }

    #[test]
    fn a_debug_print_shows_no_token() {
        let token = RefreshToken::random().unwrap();
        let digest = token.digest();
        assert_eq!(format!("{token:?} {digest:?}"), "RefreshToken(…) RefreshDigest(…)");
    }
}
