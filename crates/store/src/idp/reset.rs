//! The code that is mailed to who has forgotten a password: one at a time, and good for a while (ASVS 6.4.3).
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

/// For how many seconds nobody is written to again.
const PAUSE: i32 = 60;

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
    /// Puts a code, by its SHA-256, in the place of the one before.
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
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, Kind::Write, move |tx| {
            Box::pin(put(tx, account, digest, expires_at))
        })
        .await
    }

    /// Mails a code and puts it in the place of the one before, unless the account was written to less than a minute ago: whoever knows an address
    /// must not be able to flood its mail box, nor to keep its owner from a code that is good. `false` then.
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
                if mail::was_written_to(tx, account, PAUSE).await? {
                    return Ok(false);
                }
                put(tx, account, new.digest, new.expires_at).await?;
                mail::sweep(tx).await?;
                mail::insert(tx, account, &new.subject, &new.body).await?;
                Ok(true)
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
) -> Result<(), Error> {
    let sql = tx.text(
        "
        insert into reset_code as known (tenant_id, account_id, digest, expires_at)
        values (app.tenant_id(), $1, $2, $3)
            on conflict (tenant_id, account_id) do update
           set digest = excluded.digest, expires_at = excluded.expires_at
        returning tenant_id",
    );
    let stamp: Uuid = sqlx::query_scalar(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .bind(expires_at)
        .fetch_one(tx.connection())
        .await?;
    tx.check_stamp(stamp)
}

async fn check(tx: &mut SignInTx, account: AccountId, digest: [u8; 32]) -> Result<Reset, Error> {
    let sql = tx.text(
        "
        select tenant_id, digest = $2, expires_at > now()
          from reset_code
         where tenant_id = app.tenant_id()
           and account_id = $1",
    );
    let found: Option<(Uuid, bool, bool)> = sqlx::query_as(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .fetch_optional(tx.connection())
        .await?;
    let Some((stamp, right, in_time)) = found else { return Ok(Reset::Wrong) };
    tx.check_stamp(stamp)?;
    Ok(match (right, in_time) {
        (false, _) => Reset::Wrong,
        (true, false) => Reset::Expired,
        (true, true) => Reset::Right,
    })
}

/// Takes an account's code away: it was used, or what it would open was closed otherwise.
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
