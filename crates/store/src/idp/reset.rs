//! The code that is mailed to who has forgotten a password: one at a time, good for a while and for few guesses (ASVS 6.4.3, 6.5.5).

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};
use uuid::Uuid;

use super::mail;
use crate::{
    Error, Store,
    door::{Kind, SignInTx},
};

/// How many guesses a code allows.
const GUESSES: i32 = 5;
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
    /// It was wrong, or there is none; after too many guesses a right one is wrong too.
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

    /// Counts a guess and says whether it was right. Guesses at once are counted one after the other. The code itself is spent by
    /// [`Store::replace_password`], so that whoever is turned away in between may come again with it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.reset_code.guess", skip_all)]
    pub async fn guess_reset_code(
        &self,
        tenant: TenantId,
        account: AccountId,
        digest: [u8; 32],
    ) -> Result<Reset, Error> {
        self.for_sign_in(tenant, Kind::Write, move |tx| Box::pin(guess(tx, account, digest))).await
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
           set digest = excluded.digest, expires_at = excluded.expires_at, guesses = 0
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

async fn guess(tx: &mut SignInTx, account: AccountId, digest: [u8; 32]) -> Result<Reset, Error> {
    let sql = tx.text(
        "
        update reset_code
           set guesses = guesses + 1
         where tenant_id = app.tenant_id()
           and account_id = $1
        returning tenant_id, digest = $2, guesses, expires_at > now()",
    );
    let found: Option<(Uuid, bool, i32, bool)> = sqlx::query_as(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .fetch_optional(tx.connection())
        .await?;
    let Some((stamp, right, guesses, in_time)) = found else { return Ok(Reset::Wrong) };
    tx.check_stamp(stamp)?;
    if !right || guesses > GUESSES {
        return Ok(Reset::Wrong);
    }
    Ok(if in_time { Reset::Right } else { Reset::Expired })
}

/// Spends a code that was found to be right. `false` if it was spent, or is another, by now.
pub(super) async fn spend(
    tx: &mut SignInTx,
    account: AccountId,
    digest: [u8; 32],
) -> Result<bool, Error> {
    let sql = tx.text(
        "
        delete from reset_code
         where tenant_id = app.tenant_id()
           and account_id = $1
           and digest = $2
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(account.as_uuid())
        .bind(digest.as_slice())
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    Ok(!stamps.is_empty())
}
