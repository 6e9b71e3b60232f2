//! Revokes sessions and tokens: first in PostgreSQL, then in Redis. No other module of this crate revokes any.

use std::mem;

use chrono::{DateTime, Utc};
use domain::{AccountId, OriginId, TenantId};
use session::{MAX_REPLACED, Revocation, Session, SessionDigest, Sessions, Started, Subject};
use store::{RevokedFor, Store};

use crate::RevokeError;

/// Revokes sessions and tokens on every node.
#[derive(Clone)]
pub struct Revocations {
    /// Where a revocation is recorded.
    pub store: Store,
    /// Where a revocation is applied.
    pub sessions: Sessions,
}

impl Revocations {
    /// Ends the session with this digest on every node, and forgets the device if it was remembered: it must not start another session.
    ///
    /// # Errors
    /// [`RevokeError`]. If this process dies after the revocation was recorded, or Redis does not answer, the server applies it later.
    pub async fn end_session(
        &self,
        tenant: TenantId,
        digest: SessionDigest,
    ) -> Result<(), RevokeError> {
        let mut current = Some(digest);
        // A session that was continued after a change of role has ended under its new id too. The store of devices and the revocations must know that id.
        for _ in 0..=MAX_REPLACED {
            let Some(digest) = current else { break };
            self.store.forget_device_of_session(tenant, digest.as_str().to_owned()).await?;
            self.revoke(tenant, Subject::Session(digest.clone())).await?;
            current = self.sessions.continued_as(tenant, &digest).await?;
        }
        Ok(())
    }

    /// Ends every other session of the account, forgets all other remembered devices, and continues this session under a new id: copies of its cookie are refused
    /// too (rows S2 and S4). Tokens stay valid.
    ///
    /// # Errors
    /// As [`Self::end_session`]. Some sessions may have ended. [`session::Error::Revoked`] if this session has ended in the meantime.
    pub async fn end_others(&self, session: &Session) -> Result<Started, RevokeError> {
        let (tenant, account, policy) = (session.tenant(), session.account(), session.policy());
        let own = session.digest();
        // Devices first: one that signs in at this moment finds out that it was forgotten.
        self.store.forget_other_devices(tenant, account, own.as_str().to_owned()).await?;
        for other in self.sessions.list(tenant, account, policy, Utc::now()).await? {
            if other.digest != own {
                self.end_session(tenant, other.digest).await?;
            }
        }
        self.renew(session, None).await
    }

    /// Continues a session under a new id, and ends the old one. Its end is recorded first, so that an old copy of the store cannot bring it back. A remembered
    /// device stays remembered. `authenticated_at` is the time when the user entered the password again, if that is the reason.
    ///
    /// # Errors
    /// As [`Self::end_others`].
    pub async fn renew(
        &self,
        session: &Session,
        authenticated_at: Option<DateTime<Utc>>,
    ) -> Result<Started, RevokeError> {
        let replaced = self.replace(session, authenticated_at).await;
        // The session may have got a new id in the meantime, after a change of role. Then it continues from there.
        let renewed = match &replaced {
            Err(RevokeError::Session(session::Error::Revoked)) => {
                let found = self.sessions.reload(session, Utc::now()).await?;
                found.filter(|found| found.digest() != session.digest())
            }
            _ => None,
        };
        match renewed {
            Some(renewed) => self.replace(&renewed, authenticated_at).await,
            None => replaced,
        }
    }

    async fn replace(
        &self,
        session: &Session,
        authenticated_at: Option<DateTime<Utc>>,
    ) -> Result<Started, RevokeError> {
        let (tenant, old) = (session.tenant(), session.digest());
        let revocation = self.note(tenant, Subject::Session(old.clone())).await?;
        let mut started = self.sessions.replace(session, authenticated_at, Utc::now()).await?;
        let new = started.session.digest().as_str().to_owned();
        self.store.move_device(tenant, old.as_str().to_owned(), new).await?;
        self.apply(&revocation).await?;
        self.record_ended(tenant, mem::take(&mut started.ended)).await?;
        Ok(started)
    }

    /// Records sessions that the session store has ended because their account had too many. Here Redis comes first: only its script knows which sessions it
    /// ended. Once they are recorded, an old copy of Redis cannot bring them back.
    ///
    /// # Errors
    /// As [`Self::end_session`].
    pub async fn record_ended(
        &self,
        tenant: TenantId,
        ended: Vec<SessionDigest>,
    ) -> Result<(), RevokeError> {
        for digest in ended {
            // The device stays remembered: it may begin another session.
            self.revoke(tenant, Subject::Session(digest)).await?;
        }
        Ok(())
    }

    /// Revokes every session and every token that the account has now, on every node; the refresh tokens first, so that none of them issues new tokens.
    ///
    /// The caller has already committed the change that forbids the account to sign in (leaving, being disabled, a new password). A concurrent sign-in reads
    /// the account again after its session is stored, so its session does not survive.
    ///
    /// # Errors
    /// As [`Self::end_session`].
    pub async fn end_account(
        &self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<(), RevokeError> {
        self.store.revoke_families(tenant, account, RevokedFor::SignedOut).await?;
        self.revoke(tenant, Subject::Account(account)).await
    }

    /// Revokes one family of refresh tokens, and the tokens that were issued from it until they expire (row T5).
    ///
    /// # Errors
    /// As [`Self::end_session`].
    pub async fn end_family(
        &self,
        tenant: TenantId,
        family: OriginId,
        why: RevokedFor,
    ) -> Result<(), RevokeError> {
        self.store.revoke_family(tenant, family, why).await?;
        self.end_tokens(tenant, family).await
    }

    /// Revokes the tokens that were issued from a family that is already revoked.
    ///
    /// # Errors
    /// As [`Self::end_session`].
    pub async fn end_tokens(&self, tenant: TenantId, family: OriginId) -> Result<(), RevokeError> {
        self.revoke(tenant, Subject::Tokens(family)).await
    }

    async fn revoke(&self, tenant: TenantId, subject: Subject) -> Result<(), RevokeError> {
        self.apply(&self.note(tenant, subject).await?).await
    }

    async fn note(&self, tenant: TenantId, subject: Subject) -> Result<Revocation, store::Error> {
        self.store.revoke(tenant, subject, Revocation::kept_until(Utc::now())).await
    }

    async fn apply(&self, revocation: &Revocation) -> Result<(), RevokeError> {
        if let Some(generation) = self.sessions.revoke(revocation).await? {
            // The revocation is applied. If PostgreSQL does not record that, it is only applied again later.
            let recorded = self.store.note_applied(vec![revocation.clone()], generation).await;
            recorded.unwrap_or_else(|error| tracing::warn!(%error, "session.revocation.not_noted"));
        }
        Ok(())
    }
}
