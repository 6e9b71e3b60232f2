//! Decoys: the account, salt and verifier with which an unknown name is answered. They are always the same for a name and belong to no account (ASVS 6.3.8).

use domain::{AccountId, Email};
use hkdf::Hkdf;
use seal::{KeyScope, Purpose, Seals};
use sha2::Sha256;
use uuid::Builder;

use super::{Realm, group::Element, verifier::SALT_BYTES};

const PURPOSE: Purpose = Purpose::of("srp decoys");

/// The challenge data of an account that does not exist.
pub(super) struct Decoy {
    pub(super) account: AccountId,
    pub(super) salt: [u8; SALT_BYTES],
    pub(super) verifier: Element,
}

impl Realm {
    /// Returns an account id that stands for an unknown name. The caller looks up its verifier in vain, so an unknown name costs the same query as a known one.
    pub fn decoy_account(&self, seals: &Seals, username: &str) -> AccountId {
        self.decoy(seals, username).account
    }

    /// Derives the decoy of a name. Spellings that would find the same account give the same decoy.
    pub(super) fn decoy(&self, seals: &Seals, username: &str) -> Decoy {
        let account = username.parse::<AccountId>().ok();
        let name = match (account, username.parse::<Email>()) {
            (Some(account), _) => account.to_string(),
            (None, Ok(email)) => email.into(),
            (None, Err(_)) => username.to_owned(),
        };
        let derived = Derived { key: &self.decoy_key(seals), name: name.as_bytes() };
        Decoy {
            // A client that sends an account id gets that id back, as if the account existed.
            account: account.unwrap_or_else(|| random_account(derived.bytes(b"account"))),
            salt: derived.bytes(b"salt"),
            verifier: Element::square_of(&derived.bytes(b"verifier")),
        }
    }

    /// Derived from the oldest root key, so that decoy salts, like the salts of accounts, do not change while a new root key is introduced.
    #[expect(clippy::expect_used, reason = "32 bytes are a key of one block")]
    fn decoy_key(&self, seals: &Seals) -> Hkdf<Sha256> {
        let scope = KeyScope { purpose: PURPOSE, tenant: self.tenant.as_uuid() };
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
    /// Derives bytes for a label. The zero byte after the label separates it from the name, whatever the name is.
    #[expect(clippy::expect_used, reason = "HKDF gives at most 255 blocks, and 384 bytes are 12")]
    fn bytes<const LENGTH: usize>(&self, label: &[u8]) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.key.expand_multi_info(&[label, &[0], self.name], &mut bytes).expect("few blocks");
        bytes
    }
}

/// A random UUID (version 4), like the ids of new accounts.
fn random_account(bytes: [u8; 16]) -> AccountId {
    AccountId::from_uuid(Builder::from_random_bytes(bytes).into_uuid())
}
