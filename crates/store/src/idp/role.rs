//! Changes the role of an account.

use domain::{AccountId, Role};
use tenancy::TenantContext;

use super::family::{RevokedFor, revoke_tokens};
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
    writer::lock_writer,
};

impl Store {
    /// Sets the role of an account and revokes its refresh tokens, also if it has that role already. Returns the role it had; `None` if the tenant
    /// has no such account. Remembered devices stay: they have no role, and start sessions with the present one.
    ///
    /// Sessions and verified access tokens still hold the old role: the caller must record and carry out a revocation of
    /// [`Subject::Role`](session::Subject::Role) after this call. A sign-in at the same time reads the account again after its session was stored. This call
    /// waits for the tenant's writer lock, so no write of the person is in progress when it commits.
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
        self.for_tenant(context, WorkKind::Write, move |tx| Box::pin(set(tx, account, role))).await
    }
}

async fn set(tx: &mut TenantTx, account: AccountId, role: Role) -> Result<Option<Role>, Error> {
    lock_writer(tx).await?;
    let Some(before) = role_of(tx, account).await? else { return Ok(None) };
    let sql = tenant_sql!(
        "
        update account
           set role = $3, updated_at = now()
         where tenant_id = $1
           and id = $2
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).bind(role.as_str()).execute().await?;
    revoke_tokens(tx, account, RevokedFor::SignedOut).await?;
    Ok(Some(before))
}

async fn role_of(tx: &mut TenantTx, account: AccountId) -> Result<Option<Role>, Error> {
    let sql = tenant_sql!(
        "
        select role, tenant_id
          from account
         where tenant_id = $1
           and id = $2"
    );
    let found: Option<(String,)> = tx.query(sql).bind(account.as_uuid()).fetch_optional().await?;
    found.map(|(role,)| role.parse().map_err(|_| Error::Corrupt("role"))).transpose()
}
