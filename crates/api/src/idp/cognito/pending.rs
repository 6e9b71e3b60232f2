//! The `Session` of a challenge: what must be known when it is answered, sealed, and kept by the client.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;
use seal::{Purpose, Scope, Seals};
use sha2::{Digest, Sha256};
use store::Credential;
use token::is_same_secret;
use uuid::Uuid;

use crate::{error::ApiError, idp::Application};

const PURPOSE: Purpose = Purpose::of("challenge to choose a password");
/// How long a challenge may be answered, as at Cognito.
const LIFETIME: TimeDelta = TimeDelta::minutes(3);
/// Longer texts than any of ours are not even decoded.
const LONGEST: usize = 256;

/// A challenge that was not answered yet: who has shown which password.
pub(super) struct Pending {
    /// Whose.
    pub(super) account: AccountId,
    password: [u8; 32],
}

/// Seals that somebody has shown the password of this credential. It opens at the same client of the same pool alone.
pub(super) fn seal(
    seals: &Seals,
    application: &Application,
    proven: &Credential,
    now: DateTime<Utc>,
) -> Result<String, ApiError> {
    let expires = (now + LIFETIME).timestamp_millis().to_be_bytes();
    let password = digest(proven);
    let plain = [proven.account.as_uuid().as_bytes(), &password[..], &expires].concat();
    let sealed = seals.seal(scope(application), &place(application), &plain);
    Ok(URL_SAFE_NO_PAD.encode(sealed.map_err(ApiError::broken)?))
}

/// Opens a `Session`; `None` unless it was sealed for this client and can still be answered.
pub(super) fn open(
    seals: &Seals,
    application: &Application,
    text: &str,
    now: DateTime<Utc>,
) -> Option<Pending> {
    let sealed = (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
    let plain = seals.open(scope(application), &place(application), &sealed).ok()?;
    let (account, rest) = plain.split_first_chunk()?;
    let (password, expires) = rest.split_first_chunk()?;
    let expires = i64::from_be_bytes(expires.try_into().ok()?);
    if now.timestamp_millis() > expires {
        return None;
    }
    let account = AccountId::from_uuid(Uuid::from_bytes(*account));
    Some(Pending { account, password: *password })
}

impl Pending {
    /// Whether the password that was shown is still the one: choosing another spends the challenge, as does anybody else's change.
    pub(super) fn is_of(&self, credential: &Credential) -> bool {
        let same = is_same_secret(&self.password, &digest(credential));
        same && self.account == credential.account
    }
}

fn digest(credential: &Credential) -> [u8; 32] {
    Sha256::digest(&credential.password_hash).into()
}

fn scope(application: &Application) -> Scope {
    Scope { purpose: PURPOSE, tenant: application.tenant().as_uuid() }
}

/// Neither a pool's id nor a client's has a zero byte in it, so two places are never written alike.
fn place(application: &Application) -> Vec<u8> {
    let (pool, client) = (&application.pool.pool.id, &application.client.id);
    [pool.as_str().as_bytes(), &[0], client.as_str().as_bytes()].concat()
}

#[cfg(test)]
#[path = "pending_tests.rs"]
mod tests;
