//! What a stranger is answered with: an account, a salt and a verifier that are always the same for a name and belong to nobody (ASVS 6.3.8).

use domain::{AccountId, Email};
use hkdf::Hkdf;
use seal::{Purpose, Scope, Seals};
use sha2::Sha256;
use uuid::Builder;

use super::{Realm, group::Element, verifier::SALT_BYTES};

const PURPOSE: Purpose = Purpose::of("srp decoys");

/// Somebody who does not exist.
pub(super) struct Decoy {
    pub(super) account: AccountId,
    pub(super) salt: [u8; SALT_BYTES],
    pub(super) verifier: Element,
}

impl Realm {
    /// The account of whoever has no account: its verifier is looked for in vain, and so a stranger costs a look like anybody.
    pub fn decoy_account(&self, seals: &Seals, username: &str) -> AccountId {
        self.decoy(seals, username).account
    }

    /// The same however the name is written, if an account would be found however it is written.
    pub(super) fn decoy(&self, seals: &Seals, username: &str) -> Decoy {
        let account = username.parse::<AccountId>().ok();
        let name = match (account, username.parse::<Email>()) {
            (Some(account), _) => account.to_string(),
            (None, Ok(email)) => email.into(),
            (None, Err(_)) => username.to_owned(),
        };
        let derived = Derived { key: &self.decoy_key(seals), name: name.as_bytes() };
        Decoy {
            // Whoever asks for an account by its id is told that id, as if it existed.
            account: account.unwrap_or_else(|| random_account(derived.bytes(b"account"))),
            salt: derived.bytes(b"salt"),
            verifier: Element::square_of(&derived.bytes(b"verifier")),
        }
    }

    /// Of the oldest root key that we have: while a new one is being brought in, no stranger's salt changes, as no person's does.
    #[expect(clippy::expect_used, reason = "32 bytes are a key of one block")]
    fn decoy_key(&self, seals: &Seals) -> Hkdf<Sha256> {
        let scope = Scope { purpose: PURPOSE, tenant: self.tenant.as_uuid() };
        let pool = self.pool.as_str().as_bytes();
        let oldest = seals.macs(scope, pool).last();
        let oldest = oldest.unwrap_or_else(|| seals.mac(scope, pool));
        Hkdf::from_prk(&oldest).expect("a key of one block")
    }
}

struct Derived<'a> {
    key: &'a Hkdf<Sha256>,
    name: &'a [u8],
}

impl Derived<'_> {
    /// The zero byte between label and name keeps two labels apart whatever the name is.
    #[expect(
        clippy::expect_used,
        reason = "at most 255 blocks are to be had, and 384 bytes are 12"
    )]
    fn bytes<const LENGTH: usize>(&self, label: &[u8]) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.key.expand_multi_info(&[label, &[0], self.name], &mut bytes).expect("few blocks");
        bytes
    }
}

/// An id as new accounts get it.
fn random_account(bytes: [u8; 16]) -> AccountId {
    AccountId::from_uuid(Builder::from_random_bytes(bytes).into_uuid())
}
