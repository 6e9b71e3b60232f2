//! The secret block: the server's state between challenge and response. The client keeps it, sealed, so that it can neither read nor change it.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::AccountId;
use hmac::{Hmac, KeyInit, Mac};
use seal::{KeyScope, Purpose, SealError, Seals};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{AnswerError, MAX_SKEW, Realm, Verifier, group::KEY_BYTES, verifier::DIGEST_BYTES};

const PURPOSE: Purpose = Purpose::of("srp secret block");
/// Longer texts than any block that this server issues are refused before they are decoded.
const LONGEST_BLOCK: usize = 256;
const LONGEST_TIMESTAMP: usize = 32;
/// The client's time format, for example `Tue Nov 3 03:00:00 UTC 2026`.
const TIMESTAMP: &str = "%a %b %d %H:%M:%S UTC %Y";

/// The challenge responses of `PASSWORD_VERIFIER`. `USERNAME` is not needed: the block names the account.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The proof `PASSWORD_CLAIM_SIGNATURE`, in base64.
    pub signature: &'a str,
    /// The client's `TIMESTAMP`, such as `Tue Nov 3 03:00:00 UTC 2026`.
    pub timestamp: &'a str,
}

/// An open challenge: this server issued it and it has not expired. The client has not yet proved that it knows the password.
pub struct OpenChallenge {
    block: Block,
    sealed: Vec<u8>,
    realm: Realm,
}

/// The content of a block. It has the same length for every account.
pub(super) struct Block {
    /// Whether the account has a verifier. Without one, no signature is accepted.
    pub(super) known: bool,
    pub(super) id: [u8; 16],
    pub(super) account: AccountId,
    /// The [`digest`](super::verifier::digest) of the verifier. The salt alone is not enough, because the challenge reveals it to the client.
    pub(super) verifier: [u8; DIGEST_BYTES],
    pub(super) expires: DateTime<Utc>,
    pub(super) key: Zeroizing<[u8; KEY_BYTES]>,
}

impl OpenChallenge {
    /// Opens a `SECRET_BLOCK`.
    ///
    /// # Errors
    /// [`AnswerError::Block`] unless it was sealed for this realm and is unchanged; [`AnswerError::Expired`] if it has expired.
    pub fn open(
        seals: &Seals,
        realm: &Realm,
        secret_block: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, AnswerError> {
        if secret_block.len() > LONGEST_BLOCK {
            return Err(AnswerError::Block);
        }
        let sealed = STANDARD.decode(secret_block).map_err(|_| AnswerError::Block)?;
        let opened = seals.open(scope(realm), &place(realm), &sealed);
        let plain = Zeroizing::new(opened.map_err(|_| AnswerError::Block)?);
        let block = Block::read(&plain).ok_or(AnswerError::Block)?;
        if now > block.expires {
            return Err(AnswerError::Expired);
        }
        Ok(Self { block, sealed, realm: realm.clone() })
    }

    /// The account that the challenge is about. Nothing is proved yet, and the account may not exist.
    pub fn account(&self) -> AccountId {
        self.block.account
    }

    /// The id of this challenge. A caller that remembers it for [`LIFETIME`](super::LIFETIME) plus the allowed clock difference can accept each answer only
    /// once.
    pub fn id(&self) -> Uuid {
        Uuid::from_bytes(self.block.id)
    }

    /// Checks the proof and returns the account. `current` is the account's verifier as stored now, so a change of the password invalidates earlier challenges.
    ///
    /// # Errors
    /// [`AnswerError::Clock`] if the client's time is malformed or too far from `now`; [`AnswerError::Wrong`] for everything else, after the same work.
    pub fn answer(
        &self,
        proof: Proof<'_>,
        current: Option<&Verifier>,
        now: DateTime<Utc>,
    ) -> Result<AccountId, AnswerError> {
        let Block { account, verifier, .. } = &self.block;
        let time = client_time(proof.timestamp).ok_or(AnswerError::Clock)?;
        if (now - time).abs() > MAX_SKEW {
            return Err(AnswerError::Clock);
        }
        let signature = STANDARD.decode(proof.signature).map_err(|_| AnswerError::Wrong)?;
        let signed = self.signed(proof.timestamp)?.verify_slice(&signature).is_ok();
        let same = current.is_some_and(|current| {
            current.pool() == &self.realm.pool
                && current.account() == *account
                && current.has_digest(verifier)
        });
        (signed & same & self.block.known).then_some(*account).ok_or(AnswerError::Wrong)
    }

    /// The client's proof: `HMAC(key, pool ‖ user ‖ block ‖ timestamp)`.
    fn signed(&self, timestamp: &str) -> Result<Hmac<Sha256>, AnswerError> {
        // HMAC takes keys of any length.
        let mac =
            Hmac::<Sha256>::new_from_slice(&*self.block.key).map_err(|_| AnswerError::Wrong)?;
        Ok(mac
            .chain_update(self.realm.pool.name())
            .chain_update(self.block.account.to_string())
            .chain_update(&self.sealed)
            .chain_update(timestamp))
    }
}

impl Block {
    pub(super) fn seal(&self, seals: &Seals, realm: &Realm) -> Result<Vec<u8>, SealError> {
        let plain = Zeroizing::new(
            [
                &[u8::from(self.known)][..],
                &self.id,
                self.account.as_uuid().as_bytes(),
                &self.verifier,
                &self.expires.timestamp_millis().to_be_bytes(),
                &*self.key,
            ]
            .concat(),
        );
        seals.seal(scope(realm), &place(realm), &plain)
    }

    fn read(plain: &[u8]) -> Option<Self> {
        let (known, rest) = plain.split_first()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (account, rest) = rest.split_first_chunk()?;
        let (verifier, rest) = rest.split_first_chunk()?;
        let (expires, key) = rest.split_first_chunk()?;
        Some(Self {
            known: *known == 1,
            id: *id,
            account: AccountId::from_uuid(Uuid::from_bytes(*account)),
            verifier: *verifier,
            expires: DateTime::from_timestamp_millis(i64::from_be_bytes(*expires))?,
            key: Zeroizing::new(key.try_into().ok()?),
        })
    }
}

fn client_time(timestamp: &str) -> Option<DateTime<Utc>> {
    let short = timestamp.len() <= LONGEST_TIMESTAMP;
    let parsed = short.then(|| NaiveDateTime::parse_from_str(timestamp, TIMESTAMP).ok())?;
    parsed.map(|time| time.and_utc())
}

fn scope(realm: &Realm) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: realm.tenant.as_uuid() }
}

/// No pool id or client id contains a zero byte, so two places never have the same encoding.
fn place(realm: &Realm) -> Vec<u8> {
    [realm.pool.as_str().as_bytes(), &[0], realm.client.as_str().as_bytes()].concat()
}
