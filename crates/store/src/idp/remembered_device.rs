//! Devices that stay signed in, each with a secret that is used once (row C3).

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{BoundTx, SignInTx, WorkKind},
};

/// How many devices an account may have remembered: more than a user has. One more makes the product forget the one that was remembered first.
const MAX_DEVICES: i64 = 20;

/// How long a replaced secret is still accepted, in seconds: two tabs that a browser opens at the same time send the same cookie.
const GRACE_SECONDS: f64 = 10.0;

/// A device to remember.
#[derive(Clone, Debug)]
pub struct NewRememberedDevice {
    /// The part of the cookie that finds the device.
    pub id: Uuid,
    /// The account that signed in.
    pub account: AccountId,
    /// SHA-256 of the first secret.
    pub digest: [u8; 32],
    /// The digest of the session that the device has now.
    pub session: String,
    /// When the user gave the password.
    pub authenticated_at: DateTime<Utc>,
    /// When the device is forgotten. No use moves it.
    pub expires_at: DateTime<Utc>,
}

/// The result of showing the secret of a remembered device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// The account may be signed in.
    Good {
        /// The account of the device.
        account: AccountId,
        /// When the user gave the password.
        authenticated_at: DateTime<Utc>,
        /// When the device is forgotten.
        expires_at: DateTime<Utc>,
        /// Whether the secret was replaced by the next one. It was not if another request replaced it some seconds ago.
        replaced: bool,
    },
    /// The secret was replaced before: there is a copy of it. The device is forgotten now; the caller ends the account's sessions.
    Reused(AccountId),
    /// The device is unknown, expired, or was forgotten.
    Unknown,
}

#[derive(sqlx::FromRow)]
struct Record {
    account_id: Uuid,
    authenticated_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    is_present: bool,
    is_recent: bool,
}

impl Store {
    /// Remembers a device. Returns `false` if the account is disabled, or if its sign-ins were revoked since the user gave the password; nothing is stored
    /// then.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.create", skip_all)]
    pub async fn remember_device(
        &self,
        tenant: TenantId,
        new: NewRememberedDevice,
    ) -> Result<bool, Error> {
        self.for_sign_in(tenant, WorkKind::Write, |tx| {
            Box::pin(async move { remember(tx, &new).await })
        })
        .await
    }

    /// Shows the secret of a device, and replaces it by the next one. Of concurrent requests with the same secret one replaces it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then the secret can be shown again.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.use", skip_all)]
    pub async fn use_remembered_device(
        &self,
        tenant: TenantId,
        id: Uuid,
        digest: [u8; 32],
        next: [u8; 32],
    ) -> Result<Remembered, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| Box::pin(show(tx, id, digest, next)))
            .await
    }

    /// Notes the session that a device has now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.write", skip_all)]
    pub async fn note_session_of_device(
        &self,
        tenant: TenantId,
        id: Uuid,
        session: String,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let sql = tenant_sql!(
                    "
                    update remembered_device
                       set session_digest = $3
                     where tenant_id = $1
                       and id = $2
                    returning tenant_id"
                );
                tx.query(sql).bind(id).bind(session).execute().await?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets the device that started this session last, so that it cannot start another one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.forget", skip_all)]
    pub async fn forget_device_of_session(
        &self,
        tenant: TenantId,
        session: String,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let sql = tenant_sql!(
                    "
                    delete from remembered_device
                     where tenant_id = $1
                       and session_digest = $2
                    returning tenant_id"
                );
                tx.query(sql).bind(session).execute().await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes that the device of the session `before` has the session `now` from here on.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.move", skip_all)]
    pub async fn move_device(
        &self,
        tenant: TenantId,
        before: String,
        now: String,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, |tx| {
            Box::pin(async move { move_to(tx, &before, &now).await })
        })
        .await
    }

    /// Forgets all devices of an account except the one that started the session `before`, which has the session `now` from here on.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(
        level = "debug",
        name = "store.remembered_device.forget_others",
        skip_all
    )]
    pub async fn forget_other_devices(
        &self,
        tenant: TenantId,
        account: AccountId,
        before: String,
        now: String,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move { forget_others(tx, account, &before, &now).await })
        })
        .await
    }
}

/// The account stays locked until the transaction ends, so devices of one account are added one after the other, and each counts those before it.
async fn remember(tx: &mut SignInTx, new: &NewRememberedDevice) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        insert into remembered_device (tenant_id, id, account_id, digest, session_digest, authenticated_at, expires_at)
        select a.tenant_id, $3, a.id, $4, $5, $6, $7
          from account as a
         where a.tenant_id = $1
           and a.id = $2
           and not a.disabled
           and (a.signed_out_at is null or a.signed_out_at < $6)
           for no key update
        returning tenant_id"
    );
    let added = tx
        .query(sql)
        .bind(new.account.as_uuid())
        .bind(new.id)
        .bind(new.digest.as_slice())
        .bind(new.session.as_str())
        .bind(new.authenticated_at)
        .bind(new.expires_at)
        .execute()
        .await?;
    if added == 0 {
        return Ok(false);
    }
    let sql = tenant_sql!(
        "
        delete from remembered_device
         where tenant_id = $1
           and account_id = $2
           and (expires_at <= now()
                or id in (select id
                            from remembered_device
                           where tenant_id = $1
                             and account_id = $2
                             and id <> $3
                           order by authenticated_at desc, id desc
                          offset $4))
        returning tenant_id"
    );
    let surplus = tx.query(sql).bind(new.account.as_uuid()).bind(new.id).bind(MAX_DEVICES - 1);
    surplus.execute().await?;
    Ok(true)
}

async fn show(
    tx: &mut SignInTx,
    id: Uuid,
    digest: [u8; 32],
    next: [u8; 32],
) -> Result<Remembered, Error> {
    let sql = tenant_sql!(
        "
        select account_id, authenticated_at, expires_at,
               digest = $3 as is_present,
               coalesce(replaced = $3 and replaced_at > clock_timestamp() - make_interval(secs => $4), false) as is_recent,
               tenant_id
          from remembered_device
         where tenant_id = $1
           and id = $2
           and expires_at > now()
           for update"
    );
    let found = tx.query(sql).bind(id).bind(digest.as_slice()).bind(GRACE_SECONDS);
    let Some(found) = found.fetch_optional::<Record>().await? else {
        return Ok(Remembered::Unknown);
    };
    let Record { account_id, authenticated_at, expires_at, is_present, is_recent } = found;
    let account = AccountId::from_uuid(account_id);
    if !is_present && !is_recent {
        forget(tx, id).await?;
        return Ok(Remembered::Reused(account));
    }
    if is_present {
        replace(tx, id, digest, next).await?;
    }
    Ok(Remembered::Good { account, authenticated_at, expires_at, replaced: is_present })
}

async fn replace(
    tx: &mut SignInTx,
    id: Uuid,
    digest: [u8; 32],
    next: [u8; 32],
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        update remembered_device
           set digest = $4, replaced = $3, replaced_at = clock_timestamp()
         where tenant_id = $1
           and id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(id).bind(digest.as_slice()).bind(next.as_slice()).execute().await?;
    Ok(())
}

async fn forget(tx: &mut SignInTx, id: Uuid) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from remembered_device
         where tenant_id = $1
           and id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(id).execute().await?;
    Ok(())
}

async fn forget_others(
    tx: &mut SignInTx,
    account: AccountId,
    before: &str,
    now: &str,
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from remembered_device
         where tenant_id = $1
           and account_id = $2
           and session_digest <> $3
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).bind(before).execute().await?;
    move_to(tx, before, now).await
}

async fn move_to(tx: &mut SignInTx, before: &str, now: &str) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        update remembered_device
           set session_digest = $3
         where tenant_id = $1
           and session_digest = $2
        returning tenant_id"
    );
    tx.query(sql).bind(before).bind(now).execute().await?;
    Ok(())
}

/// Forgets all devices of an account, inside a running transaction.
pub(super) async fn forget_all(tx: &mut BoundTx, account: AccountId) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from remembered_device
         where tenant_id = $1
           and account_id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).execute().await?;
    Ok(())
}
