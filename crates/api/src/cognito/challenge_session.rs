//! The `Session` of a challenge: the state that its answer needs. It is sealed, and the client keeps it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;
use idp::Application;
use seal::{KeyScope, Purpose, Seals};
use sha2::{Digest, Sha256};
use store::Credential;
use token::is_same_secret;
use uuid::Uuid;

use crate::error::ApiError;

const PURPOSE: Purpose = Purpose::of("challenge to choose a password");
/// How long a challenge may be answered, as at Cognito.
const LIFETIME: TimeDelta = TimeDelta::minutes(3);
/// The longest `Session` that is decoded, in characters. Ours are shorter.
const LONGEST: usize = 256;

/// A challenge that was not answered yet: an account, and the password that its user proved to know.
pub(super) struct ChallengeSession {
    /// The account of the user.
    pub(super) account: AccountId,
    password: [u8; 32],
}

/// Makes a `Session` for a user who proved to know the password of `proved`. It opens only for the same client of the same pool.
pub(super) fn seal(
    seals: &Seals,
    application: &Application,
    proved: &Credential,
    now: DateTime<Utc>,
) -> Result<String, ApiError> {
    let expires = (now + LIFETIME).timestamp_millis().to_be_bytes();
    let password = digest(proved);
    let plain = [proved.account.as_uuid().as_bytes(), &password[..], &expires].concat();
    let sealed = seals.seal(scope(application), &associated_data(application), &plain);
    Ok(URL_SAFE_NO_PAD.encode(sealed.map_err(ApiError::broken)?))
}

/// Opens a `Session`; `None` unless it was sealed for this client and can still be answered.
pub(super) fn open(
    seals: &Seals,
    application: &Application,
    text: &str,
    now: DateTime<Utc>,
) -> Option<ChallengeSession> {
    let sealed = (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
    let plain = seals.open(scope(application), &associated_data(application), &sealed).ok()?;
    let (account, rest) = plain.split_first_chunk()?;
    let (password, expires) = rest.split_first_chunk()?;
    let expires = i64::from_be_bytes(expires.try_into().ok()?);
    if now.timestamp_millis() > expires {
        return None;
    }
    let account = AccountId::from_uuid(Uuid::from_bytes(*account));
    Some(ChallengeSession { account, password: *password })
}

impl ChallengeSession {
    /// Whether the account still has the password that was proved. Any change of the password makes the challenge invalid.
    pub(super) fn is_of(&self, credential: &Credential) -> bool {
        let same = is_same_secret(&self.password, &digest(credential));
        same && self.account == credential.account
    }
}

fn digest(credential: &Credential) -> [u8; 32] {
    Sha256::digest(&credential.password_hash).into()
}

fn scope(application: &Application) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: application.tenant().as_uuid() }
}

/// The associated data of the seal. Neither a pool id nor a client id contains a zero byte, so two clients never give the same bytes.
fn associated_data(application: &Application) -> Vec<u8> {
    let (pool, client) = (application.pool.id(), &application.client.id);
    [pool.as_str().as_bytes(), &[0], client.as_str().as_bytes()].concat()
}

#[cfg(test)]
#[path = "challenge_session_tests.rs"]
mod tests;
