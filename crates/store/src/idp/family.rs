//! Refresh token families: one for each sign-in that gave tokens.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, TenantId};
use uuid::Uuid;

use super::reset;
use crate::{
    Error, Store,
    door::{BoundTx, Kind, SignInTx},
};

/// How many families are removed in one transaction; each takes its digests along.
const AT_ONCE: i64 = 500;

/// How many live families an account may have with one application: more than a person has devices.
const MOST: i64 = 20;

/// A family that begins with a sign-in.
#[derive(Clone, Debug)]
pub struct NewFamily {
    /// Its id: the claim `origin_jti` of every token that comes of it.
    pub id: OriginId,
    /// Whose tokens these are.
    pub account: AccountId,
    /// Which application has them.
    pub client: ClientId,
    /// What they let it do.
    pub scopes: Vec<AccessScope>,
    /// When the person proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// When the last token of the family dies, however often it was replaced.
    pub expires_at: DateTime<Utc>,
    /// SHA-256 of the first refresh token.
    pub digest: [u8; 32],
}

/// Why a family is over before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedFor {
    /// Its client or its person asked for it.
    Asked,
    /// A token was shown again that had been replaced: somebody else has a copy (RFC 9700 section 4.14.2).
    Reuse,
    /// The person signed out everywhere, or an administrator did it for them.
    SignedOut,
    /// The code that it came of was shown again.
    CodeReuse,
    /// The password was changed.
    Password,
    /// The account was disabled.
    Disabled,
    /// The account began more families with the application than it may have.
    Surplus,
}

impl Store {
    /// Begins a family, if the account may still sign in and nothing has ended what was begun when the person proved who they are; else `None`.
    ///
    /// An account has at most 20 live families with one application. If the new one is the 21st, the family whose last token was issued longest ago is
    /// revoked. Returns the families revoked for that reason; the caller revokes their access tokens.
    ///
    /// The account is looked at in the transaction that begins the family, and kept as it is until that has committed: whoever was disabled, changed the
    /// password or signed out everywhere meanwhile gets no tokens. Nor does a family begin that is there already: one whose code was shown again is over
    /// before it began.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_family.begin", skip_all)]
    pub async fn begin_family(
        &self,
        tenant: TenantId,
        new: NewFamily,
    ) -> Result<Option<Vec<OriginId>>, Error> {
        self.for_sign_in(tenant, Kind::Write, |tx| Box::pin(async move { begin(tx, &new).await }))
            .await
    }

    /// Ends one family. One that is over already stays as it is.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_family.revoke", skip_all)]
    pub async fn revoke_family(
        &self,
        tenant: TenantId,
        id: OriginId,
        why: RevokedFor,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, Kind::Write, move |tx| Box::pin(revoke(tx, id, why))).await
    }

    /// Ends every family of an account.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_family.revoke_all", skip_all)]
    pub async fn revoke_families(
        &self,
        tenant: TenantId,
        account: AccountId,
        why: RevokedFor,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, Kind::Write, move |tx| Box::pin(revoke_all(tx, account, why)))
            .await
    }

    /// Deletes families that expired or were revoked an hour ago or earlier, with their digests, some hundred in a transaction. Returns how many there were.
    /// They are kept for that hour because the last access token of a sign-in is found and revoked by its family.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_family.sweep", skip_all)]
    pub async fn sweep_families(&self, tenant: TenantId) -> Result<u64, Error> {
        let mut all = 0;
        loop {
            let swept = self.for_sign_in(tenant, Kind::Write, |tx| Box::pin(sweep(tx))).await?;
            all += swept;
            if swept < AT_ONCE.unsigned_abs() {
                return Ok(all);
            }
        }
    }
}

/// The account stays locked until the transaction ends, so families of one account begin one after the other and each counts those before it.
async fn begin(tx: &mut SignInTx, new: &NewFamily) -> Result<Option<Vec<OriginId>>, Error> {
    let sql = tx.text(
        "
        insert into refresh_family (tenant_id, id, account_id, client_id, scopes, authenticated_at, expires_at)
        select a.tenant_id, $2, a.id, $3, $4, $5, $6
          from account as a
         where a.tenant_id = app.tenant_id()
           and a.id = $1
           and not a.disabled
           and (a.signed_out_at is null or a.signed_out_at < $5)
           for no key update
            on conflict (tenant_id, id) do nothing
        returning tenant_id",
    );
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(new.account.as_uuid())
        .bind(new.id.as_uuid())
        .bind(new.client.as_str())
        .bind(scopes)
        .bind(new.authenticated_at)
        .bind(new.expires_at)
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    if stamps.is_empty() {
        return Ok(None);
    }
    add_token(tx, new.id, 0, &new.digest).await?;
    revoke_surplus(tx, new).await.map(Some)
}

/// Revokes the live families of the account with the application that are too many beside `new`: those whose last token was issued longest ago.
async fn revoke_surplus(tx: &mut SignInTx, new: &NewFamily) -> Result<Vec<OriginId>, Error> {
    let sql = tx.text(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $4
         where tenant_id = app.tenant_id()
           and id in (select id
                        from refresh_family
                       where tenant_id = app.tenant_id()
                         and account_id = $1
                         and client_id = $2
                         and id <> $3
                         and revoked_at is null
                         and expires_at > now()
                       order by rotated_at desc, id desc
                      offset $5)
        returning tenant_id, id",
    );
    let revoked: Vec<(Uuid, Uuid)> = sqlx::query_as(sql)
        .bind(new.account.as_uuid())
        .bind(new.client.as_str())
        .bind(new.id.as_uuid())
        .bind(RevokedFor::Surplus.as_str())
        .bind(MOST - 1)
        .fetch_all(tx.connection())
        .await?;
    revoked.iter().try_for_each(|(stamp, _)| tx.check_stamp(*stamp))?;
    Ok(revoked.into_iter().map(|(_, id)| OriginId::from_uuid(id)).collect())
}

/// Enters the digest of a family's token of that generation.
pub(super) async fn add_token(
    tx: &mut SignInTx,
    family: OriginId,
    generation: i32,
    digest: &[u8; 32],
) -> Result<(), Error> {
    let sql = tx.text(
        "
        insert into refresh_token (tenant_id, digest, family_id, generation)
        values (app.tenant_id(), $1, $2, $3)",
    );
    sqlx::query(sql)
        .bind(digest.as_slice())
        .bind(family.as_uuid())
        .bind(generation)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Ends one family in a transaction that is under way.
pub(super) async fn revoke(tx: &mut SignInTx, id: OriginId, why: RevokedFor) -> Result<(), Error> {
    let sql = tx.text(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $2
         where tenant_id = app.tenant_id()
           and id = $1
           and revoked_at is null
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(id.as_uuid())
        .bind(why.as_str())
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))
}

/// Ends every family of an account, and the code that would set another password, in a transaction that is under way. One that is about to begin is either waited for and ended too, or not begun.
pub(crate) async fn revoke_all(
    tx: &mut impl BoundTx,
    account: AccountId,
    why: RevokedFor,
) -> Result<(), Error> {
    let sql = tx.text(
        "
        update account
           set signed_out_at = clock_timestamp()
         where tenant_id = app.tenant_id()
           and id = $1
        returning tenant_id",
    );
    let stamps: Vec<Uuid> =
        sqlx::query_scalar(sql).bind(account.as_uuid()).fetch_all(tx.connection()).await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    let sql = tx.text(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $2
         where tenant_id = app.tenant_id()
           and account_id = $1
           and revoked_at is null
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(account.as_uuid())
        .bind(why.as_str())
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    reset::forget(tx, account).await
}

async fn sweep(tx: &mut SignInTx) -> Result<u64, Error> {
    let sql = tx.text(
        "
        delete from refresh_family
         where tenant_id = app.tenant_id()
           and id in (select id
                        from refresh_family
                       where tenant_id = app.tenant_id()
                         and (expires_at <= now() - interval '1 hour' or revoked_at <= now() - interval '1 hour')
                       limit $1)
        returning tenant_id",
    );
    let stamps: Vec<Uuid> =
        sqlx::query_scalar(sql).bind(AT_ONCE).fetch_all(tx.connection()).await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    Ok(stamps.len() as u64)
}

impl RevokedFor {
    /// The word in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Reuse => "reuse",
            Self::SignedOut => "signed_out",
            Self::CodeReuse => "code_reuse",
            Self::Password => "password",
            Self::Disabled => "disabled",
            Self::Surplus => "surplus",
        }
    }
}

impl fmt::Display for RevokedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
