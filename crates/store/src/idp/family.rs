//! Refresh token families: one for each sign-in that issued tokens.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::{AccessScope, AccountId, ClientId, OriginId, TenantId};
use uuid::Uuid;

use super::{remembered_device, reset};
use crate::{
    Error, Store,
    onboarding::sweep_drafts,
    statement::tenant_sql,
    transactions::{BoundTx, SignInTx, WorkKind},
};

/// How many families one transaction deletes. Their digests are deleted with them.
const BATCH_SIZE: i64 = 500;

/// How many active families an account may have with one application: more than a user has devices.
const MAX_FAMILIES: i64 = 20;

/// A family that starts with a sign-in.
#[derive(Clone, Debug)]
pub struct NewFamily {
    /// The family's id: the claim `origin_jti` of each of its tokens.
    pub id: OriginId,
    /// The account that the tokens are issued for.
    pub account: AccountId,
    /// The application that the tokens are issued to.
    pub client: ClientId,
    /// The scopes of the tokens.
    pub scopes: Vec<AccessScope>,
    /// When the user signed in.
    pub authenticated_at: DateTime<Utc>,
    /// When the user entered the password.
    pub password_at: DateTime<Utc>,
    /// When the family expires. Replacing a token does not extend it.
    pub expires_at: DateTime<Utc>,
    /// SHA-256 of the first refresh token.
    pub digest: [u8; 32],
}

/// Why a family was revoked before it expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedFor {
    /// The client or the user asked for it.
    Asked,
    /// A replaced token was presented again, so there is a copy of it (RFC 9700 section 4.14.2).
    Reuse,
    /// The user signed out everywhere, an administrator did it for the user, or the role of the account was changed.
    SignedOut,
    /// The authorization code of the family was presented again.
    CodeReuse,
    /// The password was changed.
    Password,
    /// The account was disabled.
    Disabled,
    /// The account started more families with the application than it may have.
    Surplus,
}

impl Store {
    /// Starts a family. Returns `None` if the account is disabled, or if its sign-ins were revoked since the user authenticated.
    ///
    /// An account has at most 20 active families with one application. If the new one is the 21st, the family whose last token was issued longest ago
    /// is revoked. Returns the families revoked for that reason; the caller revokes their access tokens.
    ///
    /// The account is checked and locked in the same transaction: a user who was disabled, changed the password or signed out everywhere meanwhile
    /// gets no tokens. A family that exists already does not start either: if a code is presented again early, its family is inserted as
    /// revoked before it starts.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_family.begin", skip_all)]
    pub async fn start_family(
        &self,
        tenant: TenantId,
        new: NewFamily,
    ) -> Result<Option<Vec<OriginId>>, Error> {
        self.for_sign_in(tenant, WorkKind::Write, |tx| {
            Box::pin(async move { begin(tx, &new).await })
        })
        .await
    }

    /// Revokes one family. A family that is already revoked does not change.
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
        self.for_sign_in(tenant, WorkKind::Write, move |tx| Box::pin(revoke(tx, id, why))).await
    }

    /// Revokes every family of an account, forgets its remembered devices, and deletes its password reset codes.
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
        self.for_sign_in(tenant, WorkKind::Write, move |tx| Box::pin(revoke_all(tx, account, why)))
            .await
    }

    /// Deletes families that expired or were revoked an hour ago or earlier, with their digests, at most 500 in a transaction. Returns their number. Also deletes
    /// remembered devices and onboarding drafts that have expired.
    /// They are kept for that hour because the last access token of a sign-in is found and revoked by its family.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.refresh_family.sweep", skip_all)]
    pub async fn sweep_families(&self, tenant: TenantId) -> Result<u64, Error> {
        let mut all = 0;
        loop {
            let swept = self.for_sign_in(tenant, WorkKind::Write, |tx| Box::pin(sweep(tx))).await?;
            all += swept;
            if swept < BATCH_SIZE.unsigned_abs() {
                return Ok(all);
            }
        }
    }
}

/// The account stays locked until the transaction ends, so families of one account start one after the other, and each counts those before it.
async fn begin(tx: &mut SignInTx, new: &NewFamily) -> Result<Option<Vec<OriginId>>, Error> {
    let sql = tenant_sql!(
        "
        insert into refresh_family (tenant_id, id, account_id, client_id, scopes, authenticated_at, expires_at, password_at)
        select a.tenant_id, $3, a.id, $4, $5, $6, $7, $8
          from account as a
         where a.tenant_id = $1
           and a.id = $2
           and not a.disabled
           and (a.signed_out_at is null or a.signed_out_at < $6)
           for no key update
            on conflict (tenant_id, id) do nothing
        returning tenant_id"
    );
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
    let changed = tx
        .query(sql)
        .bind(new.account.as_uuid())
        .bind(new.id.as_uuid())
        .bind(new.client.as_str())
        .bind(scopes)
        .bind(new.authenticated_at)
        .bind(new.expires_at)
        .bind(new.password_at)
        .execute()
        .await?;
    if changed == 0 {
        return Ok(None);
    }
    add_token(tx, new.id, 0, &new.digest).await?;
    revoke_surplus(tx, new).await.map(Some)
}

/// Revokes the account's active families with the application that are too many beside `new`: those whose last token was issued longest ago.
async fn revoke_surplus(tx: &mut SignInTx, new: &NewFamily) -> Result<Vec<OriginId>, Error> {
    let sql = tenant_sql!(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $5
         where tenant_id = $1
           and id in (select id
                        from refresh_family
                       where tenant_id = $1
                         and account_id = $2
                         and client_id = $3
                         and id <> $4
                         and revoked_at is null
                         and expires_at > now()
                       order by rotated_at desc, id desc
                      offset $6)
        returning id, tenant_id"
    );
    let revoked: Vec<(Uuid,)> = tx
        .query(sql)
        .bind(new.account.as_uuid())
        .bind(new.client.as_str())
        .bind(new.id.as_uuid())
        .bind(RevokedFor::Surplus.as_str())
        .bind(MAX_FAMILIES - 1)
        .fetch_all()
        .await?;
    Ok(revoked.into_iter().map(|(id,)| OriginId::from_uuid(id)).collect())
}

/// Stores the digest of the family's token of this generation.
pub(super) async fn add_token(
    tx: &mut SignInTx,
    family: OriginId,
    generation: i32,
    digest: &[u8; 32],
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        insert into refresh_token (tenant_id, digest, family_id, generation)
        values ($1, $2, $3, $4)
        returning tenant_id"
    );
    tx.query(sql).bind(digest.as_slice()).bind(family.as_uuid()).bind(generation).execute().await?;
    Ok(())
}

/// Revokes one family inside a running transaction.
pub(super) async fn revoke(tx: &mut SignInTx, id: OriginId, why: RevokedFor) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $3
         where tenant_id = $1
           and id = $2
           and revoked_at is null
        returning tenant_id"
    );
    tx.query(sql).bind(id.as_uuid()).bind(why.as_str()).execute().await?;
    Ok(())
}

/// Revokes every family of an account, forgets its remembered devices and deletes its password reset codes, inside a running transaction.
pub(crate) async fn revoke_all(
    tx: &mut BoundTx,
    account: AccountId,
    why: RevokedFor,
) -> Result<(), Error> {
    revoke_tokens(tx, account, why).await?;
    remembered_device::forget_all(tx, account).await?;
    reset::forget(tx, account).await
}

/// Revokes every family of an account, inside a running transaction. A family that is about to start is either waited for and revoked too, or it does not start.
pub(super) async fn revoke_tokens(
    tx: &mut BoundTx,
    account: AccountId,
    why: RevokedFor,
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        update account
           set signed_out_at = clock_timestamp()
         where tenant_id = $1
           and id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).execute().await?;
    let sql = tenant_sql!(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $3
         where tenant_id = $1
           and account_id = $2
           and revoked_at is null
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).bind(why.as_str()).execute().await?;
    Ok(())
}

async fn sweep(tx: &mut SignInTx) -> Result<u64, Error> {
    let sql = tenant_sql!(
        "
        delete from refresh_family
         where tenant_id = $1
           and id in (select id
                        from refresh_family
                       where tenant_id = $1
                         and (expires_at <= now() - interval '1 hour' or revoked_at <= now() - interval '1 hour')
                       limit $2)
        returning tenant_id"
    );
    let changed = tx.query(sql).bind(BATCH_SIZE).execute().await?;
    remembered_device::sweep(tx, BATCH_SIZE).await?;
    sweep_drafts(tx, BATCH_SIZE).await?;
    Ok(changed as u64)
}

impl RevokedFor {
    /// The value of the column `revoked_for`.
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
