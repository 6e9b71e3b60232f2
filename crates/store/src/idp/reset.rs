//! The codes that are mailed to a person who has forgotten a password. Each is good for its hour, however often others ask for one (ASVS 6.4.3).
//!
//! Guesses are not counted: a code has as many bits as ASVS 6.5.5 asks for three times over, and whoever knows an address could otherwise spend its owner's
//! guesses, again and again.

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};
use uuid::Uuid;

use super::mail;
use crate::{
    Error, Store,
    door::{BoundTx, Kind, SignInTx},
};

/// How long an expired code is kept, in hours, so that its owner is told that it has expired.
const KEPT_HOURS: i32 = 24;

/// A code, and the mail that brings it.
#[derive(Clone)]
pub struct ResetMail {
    /// SHA-256 of the code.
    pub digest: [u8; 32],
    /// When it is too late.
    pub expires_at: DateTime<Utc>,
    /// What the mail is about.
    pub subject: String,
    /// What it says, with the code.
    pub body: String,
}

/// What came of showing a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// It was right, and stays good for a password that takes the place of the old one.
    Right,
    /// It was wrong, or there is none.
    Wrong,
    /// It was right but is too old.
    Expired,
}

impl Store {
    /// Adds a code, by its SHA-256, to those that are good. `false` if there is no such account, or its address is not known to be its own.
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
        self.for_sign_in(tenant, Kind::Write, move |tx| {
            Box::pin(put(tx, account, digest, expires_at))
        })
        .await
    }

    /// Mails a code. The codes before it stay good until they expire, so a stranger who asks again takes nothing from the owner.
    ///
    /// `false` if there is no such account, or its address is not known to be its own: a person who reads mail there could take the account over. The statements are the
    /// same then; their number does not tell whether there is an account. The caller limits how often an account is mailed to.
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
        self.for_sign_in(tenant, Kind::Write, move |tx| {
            Box::pin(async move {
                sweep(tx).await?;
                let known = put(tx, account, new.digest, new.expires_at).await?;
                mail::sweep(tx).await?;
                // Addressed through the code, so that a stranger's mail is written to no account.
                mail::insert_for_code(tx, account, new.digest, &new.subject, &new.body).await?;
                Ok(known)
            })
        })
        .await
    }

    /// Whether a code is right. It is spent by [`Store::replace_password`], so that whoever is turned away in between may come again with it.
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
        self.for_sign_in(tenant, Kind::Read, move |tx| Box::pin(check(tx, account, digest))).await
    }
}

async fn put(
    tx: &mut SignInTx,
    account: AccountId,
    digest: [u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let sql = tx.text(
        "
        insert into reset_code (tenant_id, account_id, digest, expires_at)
        select a.tenant_id, a.id, $2, $3
          from account as a
         where a.tenant_id = app.tenant_id()
           and a.id = $1
           and a.email_verified
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .bind(expires_at)
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    Ok(!stamps.is_empty())
}

/// Forgets codes that expired long ago.
async fn sweep(tx: &mut SignInTx) -> Result<(), Error> {
    let sql = tx.text(
        "
        delete from reset_code
         where tenant_id = app.tenant_id()
           and expires_at < now() - make_interval(hours => $1)
        returning tenant_id",
    );
    let stamps: Vec<Uuid> =
        sqlx::query_scalar(sql).bind(KEPT_HOURS).fetch_all(tx.connection()).await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))
}

async fn check(tx: &mut SignInTx, account: AccountId, digest: [u8; 32]) -> Result<Reset, Error> {
    let sql = tx.text(
        "
        select tenant_id, expires_at > now()
          from reset_code
         where tenant_id = app.tenant_id()
           and account_id = $1
           and digest = $2",
    );
    let found: Option<(Uuid, bool)> = sqlx::query_as(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .fetch_optional(tx.connection())
        .await?;
    let Some((stamp, in_time)) = found else { return Ok(Reset::Wrong) };
    tx.check_stamp(stamp)?;
    Ok(if in_time { Reset::Right } else { Reset::Expired })
}

/// Takes an account's codes away: one was used, or what they would open was closed otherwise.
pub(super) async fn forget(tx: &mut impl BoundTx, account: AccountId) -> Result<(), Error> {
    let sql = tx.text(
        "
        delete from reset_code
         where tenant_id = app.tenant_id()
           and account_id = $1
        returning tenant_id",
    );
    let stamps: Vec<Uuid> =
        sqlx::query_scalar(sql).bind(account.as_uuid()).fetch_all(tx.connection()).await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))
}
