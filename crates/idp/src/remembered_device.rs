//! Devices that stay signed in: the cookie of each, and its use, which replaces it (row C3).

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, TenantId};
use session::{Session, SessionId};
use sha2::{Digest, Sha256};
use store::{Credential, NewRememberedDevice, Remembered};
use uuid::Uuid;

use crate::{AccountName, IdentityProvider, RevokeError};

const ID: usize = 16;
const SECRET: usize = 32;

/// How long a device stays signed in after its user entered the password.
pub const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// The value of the cookie: the id of the device, and 256 random bits that are used once.
#[derive(Clone, PartialEq, Eq)]
pub struct RememberToken([u8; ID + SECRET]);

/// The text is not such a value: not exactly 64 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 characters of base64url")]
pub struct InvalidRememberToken;

/// A device that showed its cookie, and whose user is signed in.
#[derive(Debug)]
pub struct RememberedDevice {
    /// The account of the device.
    pub account: Credential,
    /// When the user entered the password.
    pub authenticated_at: DateTime<Utc>,
    /// The next value of the cookie and when it expires; `None` if another request got it some seconds ago.
    pub next: Option<(RememberToken, DateTime<Utc>)>,
}

/// Why a device was not remembered or recognised.
#[derive(Debug, thiserror::Error)]
pub enum RememberError {
    /// The device could not be read or written.
    #[error("the remembered device could not be read or written")]
    Store(#[from] store::Error),
    /// The sessions of an account whose cookie was copied could not be revoked.
    #[error("the sessions of the account could not be revoked")]
    Revoke(#[from] RevokeError),
    /// The session of the device could not be read.
    #[error("the session of the device could not be read")]
    Session(#[from] session::Error),
    /// The operating system provides no randomness.
    #[error("the operating system provides no randomness")]
    NoRandomness(#[from] getrandom::Error),
}

impl RememberToken {
    /// A new token for the device with this id.
    fn random(id: Uuid) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; ID + SECRET];
        bytes[..ID].copy_from_slice(id.as_bytes());
        getrandom::fill(&mut bytes[ID..])?;
        Ok(Self(bytes))
    }

    /// The id of the device. It proves nothing.
    fn device(&self) -> Uuid {
        let (id, _) = self.0.split_first_chunk().unwrap_or((&[0; ID], &[]));
        Uuid::from_bytes(*id)
    }

    /// SHA-256 of the token, as it is stored.
    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The value of the cookie: 64 characters of base64url.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for RememberToken {
    type Err = InvalidRememberToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidRememberToken)?;
        bytes.try_into().map(Self).map_err(|_| InvalidRememberToken)
    }
}

impl fmt::Debug for RememberToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RememberToken(…)")
    }
}

impl IdentityProvider {
    /// Remembers the device of a session that has just begun with a password. Returns the value of its cookie; `None` if the account's sign-ins were revoked in
    /// the meantime.
    ///
    /// # Errors
    /// [`RememberError`]; the device is not remembered then.
    pub async fn remember_device(
        &self,
        session: &Session,
        id: &SessionId,
    ) -> Result<Option<(RememberToken, DateTime<Utc>)>, RememberError> {
        let mut device = [0; ID];
        getrandom::fill(&mut device)?;
        let token = RememberToken::random(Uuid::from_bytes(device))?;
        let (tenant, authenticated_at) = (session.tenant(), session.authenticated_at());
        let expires_at = authenticated_at + REMEMBERED;
        let new = NewRememberedDevice {
            id: token.device(),
            account: session.account(),
            digest: token.digest(),
            session: self.revocations.sessions.digest(tenant, id).as_str().to_owned(),
            authenticated_at,
            expires_at,
        };
        let remembered = self.store.remember_device(tenant, new).await?;
        // The session may have ended before the device was stored, and its end could not forget the device.
        let policy = session.policy();
        if remembered
            && self.revocations.sessions.load(tenant, id, policy, Utc::now()).await?.is_none()
        {
            self.forget_device(tenant, &token).await?;
            return Ok(None);
        }
        Ok(remembered.then_some((token, expires_at)))
    }

    /// Recognises a device by its cookie. `None` if it is unknown, expired or forgotten, or if its account may not sign in.
    ///
    /// A token that was replaced, and whose successor nobody has shown, means that the reply with the successor was lost, or that somebody has a copy. The device is
    /// forgotten and the session that it started last ends. An older token means that two browsers have shown tokens of the device. Then every session and token of
    /// the account ends, and `watertight_remembered_device_reuse_total` is counted.
    ///
    /// # Errors
    /// [`RememberError`]. The token can be used again, for 30 seconds if it was replaced.
    pub async fn recognise_device(
        &self,
        tenant: TenantId,
        token: &RememberToken,
    ) -> Result<Option<RememberedDevice>, RememberError> {
        let next = RememberToken::random(token.device())?;
        let [digest, next_digest] = [token.digest(), next.digest()];
        let device = token.device();
        match self.store.use_remembered_device(tenant, device, digest, next_digest).await? {
            Remembered::Unknown => Ok(None),
            Remembered::Stale { session } => {
                tracing::info!(%tenant, "idp.remembered_device.stale");
                if let Ok(session) = session.parse() {
                    self.revocations.end_session(tenant, session).await?;
                }
                Ok(None)
            }
            Remembered::Copied(account) => {
                self.end_after_copy(tenant, account).await?;
                Ok(None)
            }
            Remembered::Good { account, authenticated_at, expires_at, used_at, replaced } => {
                let account = self.find_account(tenant, Some(&AccountName::Id(account))).await?;
                // Somebody else chose the password since, so the user must sign in and change it.
                let account = account.filter(|account| !account.must_change);
                let next = replaced.then_some((next, expires_at));
                Ok(account.map(|account| {
                    // The account was read later, and a revocation in between must count.
                    let account = Credential { read_at: used_at, ..account };
                    RememberedDevice { account, authenticated_at, next }
                }))
            }
        }
    }

    /// Notes the session that a recognised device has started, so that ending the session forgets the device. Ends the session and returns `false` if the device was
    /// forgotten in the meantime.
    ///
    /// # Errors
    /// [`RememberError`] if PostgreSQL or the session store does not answer.
    pub async fn note_session_of_device(
        &self,
        tenant: TenantId,
        token: &RememberToken,
        id: &SessionId,
    ) -> Result<bool, RememberError> {
        let session = self.revocations.sessions.digest(tenant, id);
        let text = session.as_str().to_owned();
        let noted = self.store.note_session_of_device(tenant, token.device(), text).await?;
        if !noted {
            self.revocations.end_session(tenant, session).await?;
        }
        Ok(noted)
    }

    /// Forgets the device that shows this cookie.
    ///
    /// # Errors
    /// [`RememberError::Store`] if PostgreSQL does not answer.
    pub async fn forget_device(
        &self,
        tenant: TenantId,
        token: &RememberToken,
    ) -> Result<(), RememberError> {
        Ok(self.store.forget_device(tenant, token.device(), token.digest()).await?)
    }

    async fn end_after_copy(
        &self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<(), RememberError> {
        // A metric and a log line, not an alert: every user can cause this with their own cookie, and no lock is broken.
        let label = tenant.to_string();
        metrics::counter!("watertight_remembered_device_reuse_total", "tenant" => label)
            .increment(1);
        tracing::warn!(%tenant, %account, "idp.remembered_device.reused");
        Ok(self.revocations.end_account(tenant, account).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_round_trips() {
        let id = Uuid::from_u128(7);
        let token = RememberToken::random(id).unwrap();
        let read: RememberToken = token.to_text().parse().unwrap();
        assert_eq!((read.device(), read.digest()), (id, token.digest()));
        assert_eq!(token.to_text().len(), 64);
        assert_ne!(RememberToken::random(id).unwrap().digest(), token.digest());
        assert_eq!(format!("{token:?}"), "RememberToken(…)");
    }

    #[test]
    fn another_text_is_no_token() {
        for odd in ["", "x", &"A".repeat(63), &"A".repeat(65), &"*".repeat(64)] {
            assert_eq!(odd.parse::<RememberToken>(), Err(InvalidRememberToken), "{odd}");
        }
    }
}
