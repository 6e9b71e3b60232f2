//! Sessions of an account whose role was changed: they get the present role at once, and a new id (row S2).

use chrono::Utc;
use session::{Revocation, Session, Started};

use crate::{AccountName, IdentityProvider, Revocations, RevokeError};

impl IdentityProvider {
    /// Returns the session with the role and the employment that its account has now. PostgreSQL is asked only if the role was changed since the session began.
    /// `None` if the account may no longer sign in.
    ///
    /// # Errors
    /// [`store::Error`] if PostgreSQL does not answer.
    pub async fn with_present_rights(
        &self,
        session: Session,
    ) -> Result<Option<Session>, store::Error> {
        if !session.has_changed_role() {
            return Ok(Some(session));
        }
        let name = AccountName::Id(session.account());
        let account = self.find_account(session.tenant(), Some(&name)).await?;
        Ok(account.map(|account| session.with_rights(account.role, account.employee)))
    }
}

impl Revocations {
    /// Continues a session whose role was changed under a new id, with the role that [`IdentityProvider::with_present_rights`] has read. A remembered device
    /// stays remembered. The caller must hand out the new id: the old one ends after ten seconds.
    ///
    /// Of several requests with the old id one continues the session; `None` for the others, or if the session has ended.
    ///
    /// # Errors
    /// [`RevokeError`] if a store does not answer. The session may have been continued; its new id is lost then.
    pub async fn renew_after_role_change(
        &self,
        session: &Session,
    ) -> Result<Option<Started>, RevokeError> {
        let Some(started) = self.sessions.renew(session, Utc::now()).await? else {
            return Ok(None);
        };
        let (tenant, account) = (session.tenant(), session.account());
        let (old, new) = (session.digest(), started.session.digest());
        let (generation, kept_until) =
            (self.sessions.generation(), Revocation::kept_until(Utc::now()));
        let is_noted = self.store.note_replaced(tenant, old.clone(), generation, kept_until);
        if !is_noted.await? {
            // A sign-out with the old id was recorded in the meantime, and must end the new one too.
            self.end_session(tenant, new).await?;
            return Ok(None);
        }
        self.store.move_device(tenant, old.as_str().to_owned(), new.as_str().to_owned()).await?;
        tracing::info!(%tenant, %account, role = session.role().as_str(), "session.role.renewed");
        Ok(Some(started))
    }
}
