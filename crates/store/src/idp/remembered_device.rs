//! Devices that stay signed in, each with a secret that is used once (row C3).

use chrono::{DateTime, Utc};
use domain::{AccountId, TenantId};
use uuid::Uuid;

use super::family::{RevokedFor, revoke_all};
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{BoundTx, SignInTx, WorkKind},
};

/// How many devices an account may have remembered: more than a user has. One more makes the product forget the one that was remembered first.
const MAX_DEVICES: i64 = 20;

/// How long a replaced secret is still accepted, in seconds: two tabs that a browser opens at the same time send the same cookie.
const GRACE_SECONDS: f64 = 30.0;

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
    /// When the user entered the password.
    pub authenticated_at: DateTime<Utc>,
    /// When the device is forgotten. Using it does not extend this.
    pub expires_at: DateTime<Utc>,
}

/// The result of showing the secret of a remembered device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// The account may be signed in.
    Good {
        /// The account of the device.
        account: AccountId,
        /// When the user entered the password.
        authenticated_at: DateTime<Utc>,
        /// When the device is forgotten.
        expires_at: DateTime<Utc>,
        /// The time of this use, by PostgreSQL's clock. A session that it starts begins at this time.
        used_at: DateTime<Utc>,
        /// Whether the secret was replaced by the next one. It was not if another request replaced it some seconds ago.
        replaced: bool,
    },
    /// The previous secret, while the current one was never shown: the reply with the current one was lost, or the previous one was copied. The device is
    /// forgotten now; the caller ends the session that it started last, which has this digest.
    Stale {
        /// The digest of that session.
        session: String,
    },
    /// An older secret: two browsers have shown secrets of the device, so one of them has a copy. The refresh tokens of the account are revoked and its devices
    /// forgotten now; the caller ends its sessions.
    Copied(AccountId),
    /// The device is unknown, expired, or was forgotten.
    Unknown,
}

#[derive(sqlx::FromRow)]
struct Record {
    account_id: Uuid,
    authenticated_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    session_digest: String,
    used_at: DateTime<Utc>,
    is_present: bool,
    is_replaced: bool,
    is_recent: bool,
}

impl Store {
    /// Remembers a device. Returns `false` if the account is disabled, or if its sign-ins were revoked since the user entered the password; nothing is stored
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
    /// [`Error::Unavailable`] if PostgreSQL does not answer. The secret can be shown again, for 30 seconds if it was replaced.
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

    /// Notes the session that a device has now. Returns `false` if the device was forgotten in the meantime.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.write", skip_all)]
    pub async fn note_session_of_device(
        &self,
        tenant: TenantId,
        id: Uuid,
        session: String,
    ) -> Result<bool, Error> {
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
                Ok(tx.query(sql).bind(id).bind(session).execute().await? > 0)
            })
        })
        .await
    }

    /// Forgets the device with this secret, the present one or the one before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.forget_one", skip_all)]
    pub async fn forget_device(
        &self,
        tenant: TenantId,
        id: Uuid,
        digest: [u8; 32],
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let sql = tenant_sql!(
                    "
                    delete from remembered_device
                     where tenant_id = $1
                       and id = $2
                       and (digest = $3 or replaced = $3)
                    returning tenant_id"
                );
                tx.query(sql).bind(id).bind(digest.as_slice()).execute().await?;
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
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
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
            })
        })
        .await
    }

    /// Forgets all devices of an account except the one that started this session.
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
        session: String,
    ) -> Result<(), Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                let sql = tenant_sql!(
                    "
                    delete from remembered_device
                     where tenant_id = $1
                       and account_id = $2
                       and session_digest <> $3
                    returning tenant_id"
                );
                tx.query(sql).bind(account.as_uuid()).bind(session).execute().await?;
                Ok(())
            })
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
        select account_id, authenticated_at, expires_at, session_digest, clock_timestamp() as used_at,
               digest = $3 as is_present,
               coalesce(replaced = $3, false) as is_replaced,
               coalesce(replaced_at > clock_timestamp() - make_interval(secs => $4), false) as is_recent,
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
    let account = AccountId::from_uuid(found.account_id);
    match found {
        Record { is_present: false, is_replaced: false, .. } => {
            revoke_all(tx, account, RevokedFor::Reuse).await?;
            return Ok(Remembered::Copied(account));
        }
        Record { is_replaced: true, is_recent: false, session_digest, .. } => {
            forget(tx, id).await?;
            return Ok(Remembered::Stale { session: session_digest });
        }
        Record { is_present: true, .. } => replace(tx, id, digest, next).await?,
        Record { .. } => {}
    }
    let Record { authenticated_at, expires_at, used_at, is_present: replaced, .. } = found;
    Ok(Remembered::Good { account, authenticated_at, expires_at, used_at, replaced })
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

/// Deletes the devices that have expired, at most `most`.
pub(super) async fn sweep(tx: &mut SignInTx, most: i64) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from remembered_device
         where tenant_id = $1
           and id in (select id
                        from remembered_device
                       where tenant_id = $1
                         and expires_at <= now()
                       limit $2)
        returning tenant_id"
    );
    tx.query(sql).bind(most).execute().await?;
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
