//! Changes the role of an account.

use domain::{AccountId, Role};
use tenancy::TenantContext;
use uuid::Uuid;

use super::family::{RevokedFor, revoke_all};
use crate::{
    Error, Store,
    door::{Kind, TenantTx},
    writer::lock_writer,
};

impl Store {
    /// Sets the role of an account and revokes its refresh tokens, also if it has that role already. Returns the role it had; `None` if the tenant
    /// has no such account.
    ///
    /// Sessions and verified access tokens still hold the old role: the caller must revoke them after this call. A sign-in at the same time reads the
    /// account again after its session was stored. This call waits for the tenant's writer lock, so no write of the person is in progress when it
    /// commits.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.person.set_role", skip_all)]
    pub async fn set_role(
        &self,
        context: &TenantContext,
        account: AccountId,
        role: Role,
    ) -> Result<Option<Role>, Error> {
        self.for_tenant(context, Kind::Write, move |tx| Box::pin(set(tx, account, role))).await
    }
}

async fn set(tx: &mut TenantTx, account: AccountId, role: Role) -> Result<Option<Role>, Error> {
    lock_writer(tx).await?;
    let Some(before) = role_of(tx, account).await? else { return Ok(None) };
    let sql = tx.text(
        "
        update account
           set role = $2, updated_at = now()
         where tenant_id = app.tenant_id()
           and id = $1
        returning tenant_id",
    );
    let stamps: Vec<Uuid> = sqlx::query_scalar(sql)
        .bind(account.as_uuid())
        .bind(role.as_str())
        .fetch_all(tx.connection())
        .await?;
    stamps.iter().try_for_each(|stamp| tx.check_stamp(*stamp))?;
    revoke_all(tx, account, RevokedFor::SignedOut).await?;
    Ok(Some(before))
}

async fn role_of(tx: &mut TenantTx, account: AccountId) -> Result<Option<Role>, Error> {
    let sql = tx.text(
        "
        select tenant_id, role
          from account
         where tenant_id = app.tenant_id()
           and id = $1",
    );
    let found: Vec<(Uuid, String)> =
        sqlx::query_as(sql).bind(account.as_uuid()).fetch_all(tx.connection()).await?;
    let mut role = None;
    for (stamp, word) in found {
        tx.check_stamp(stamp)?;
        role = Some(word.parse().map_err(|_| Error::Corrupt("role"))?);
    }
    Ok(role)
}
