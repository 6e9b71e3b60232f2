//! Password reset codes, which are mailed to the user. Each is valid for an hour, even if others are requested meanwhile (ASVS 6.4.3).
//!
//! Wrong guesses are not counted. A code has three times the bits that ASVS 6.5.5 requires, and with a limit, a stranger who knows an address could
//! use up its owner's attempts again and again.

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};

use super::mail;
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{BoundTx, SignInTx, WorkKind},
};

/// How long an expired code is kept, in hours, so that the user is told that it has expired.
const KEPT_HOURS: i32 = 24;

/// A reset code, and the mail that contains it.
#[derive(Clone)]
pub struct ResetMail {
    /// SHA-256 of the code.
    pub digest: [u8; 32],
    /// When the code expires.
    pub expires_at: DateTime<Utc>,
    /// The subject line of the mail.
    pub subject: String,
    /// The text of the mail, with the code.
    pub body: String,
}

/// The result of checking a reset code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// The code is right. It stays valid until a new password is set with it.
    Right,
    /// The code is wrong, or the account has none.
    Wrong,
    /// The code is right but has expired.
    Expired,
}

impl Store {
    /// Adds a reset code, by its SHA-256. Returns `false` if there is no such account, or if its email address is not verified.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.reset_code.write", skip_all)]
    pub async fn put_reset_code(
        &self,
        tenant: TenantId,
        account: AccountId,
        digest: [u8; 32],
        expires_at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(put(tx, account, digest, expires_at))
        })
        .await
    }

    /// Adds a reset code and mails it. Earlier codes stay valid until they expire, so a stranger who requests another one does not invalidate the
    /// owner's.
    ///
    /// Returns `false` if there is no such account, or if its email address is not verified: another person who reads mail there could take the
    /// account over. The same statements run then, so their number does not reveal whether there is an account. The caller limits how often an
    /// account gets mail.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.reset_code.mail", skip_all)]
    pub async fn mail_reset_code(
        &self,
        tenant: TenantId,
        account: AccountId,
        new: ResetMail,
    ) -> Result<bool, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                sweep(tx).await?;
                let known = put(tx, account, new.digest, new.expires_at).await?;
                mail::sweep(tx).await?;
                // Selects the account by its code, so that no mail is written if no code was added.
                mail::insert_for_code(tx, account, new.digest, &new.subject, &new.body).await?;
                Ok(known)
            })
        })
        .await
    }

    /// Checks a reset code without spending it. [`Store::replace_password`] spends it, so a user whose new password is refused can use the code
    /// again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.reset_code.check", skip_all)]
    pub async fn check_reset_code(
        &self,
        tenant: TenantId,
        account: AccountId,
        digest: [u8; 32],
    ) -> Result<Reset, Error> {
        self.for_sign_in(tenant, WorkKind::Read, move |tx| Box::pin(check(tx, account, digest)))
            .await
    }
}

async fn put(
    tx: &mut SignInTx,
    account: AccountId,
    digest: [u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        insert into reset_code (tenant_id, account_id, digest, expires_at)
        select a.tenant_id, a.id, $3, $4
          from account as a
         where a.tenant_id = $1
           and a.id = $2
           and a.email_verified
        returning tenant_id"
    );
    let changed = tx
        .query(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .bind(expires_at)
        .execute()
        .await?;
    Ok(changed > 0)
}

/// Deletes codes that expired more than [`KEPT_HOURS`] ago.
async fn sweep(tx: &mut SignInTx) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from reset_code
         where tenant_id = $1
           and expires_at < now() - make_interval(hours => $2)
        returning tenant_id"
    );
    tx.query(sql).bind(KEPT_HOURS).execute().await?;
    Ok(())
}

async fn check(tx: &mut SignInTx, account: AccountId, digest: [u8; 32]) -> Result<Reset, Error> {
    let sql = tenant_sql!(
        "
        select expires_at > now(), tenant_id
          from reset_code
         where tenant_id = $1
           and account_id = $2
           and digest = $3"
    );
    let found: Option<(bool,)> =
        tx.query(sql).bind(account.as_uuid()).bind(digest.as_slice()).fetch_optional().await?;
    let Some((in_time,)) = found else { return Ok(Reset::Wrong) };
    Ok(if in_time { Reset::Right } else { Reset::Expired })
}

/// Deletes an account's reset codes: one was used, or its sign-ins were revoked for another reason.
pub(super) async fn forget(tx: &mut BoundTx, account: AccountId) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from reset_code
         where tenant_id = $1
           and account_id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).execute().await?;
    Ok(())
}
