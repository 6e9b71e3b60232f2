//! Signs out every user of a tenant: an operator ends all sessions and tokens of a company.

use domain::AccountId;
use tenancy::TenantContext;
use uuid::Uuid;

use super::family::RevokedFor;
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

impl Store {
    /// Revokes every refresh token of the tenant and forgets all of its remembered devices. Codes that were issued before start no refresh tokens. Returns every
    /// account of the tenant.
    ///
    /// Sessions and access tokens stay valid: the caller must revoke them for each account after this call.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer; then nothing has changed.
    #[tracing::instrument(level = "debug", name = "store.company.sign_out", skip_all)]
    pub async fn sign_out_company(&self, context: &TenantContext) -> Result<Vec<AccountId>, Error> {
        self.for_tenant(context, WorkKind::Job, |tx| Box::pin(sign_out(tx))).await
    }
}

async fn sign_out(tx: &mut TenantTx) -> Result<Vec<AccountId>, Error> {
    let sql = tenant_sql!(
        "
        update account
           set signed_out_at = clock_timestamp()
         where tenant_id = $1
        returning id, tenant_id"
    );
    let accounts: Vec<(Uuid,)> = tx.query(sql).fetch_all().await?;
    let sql = tenant_sql!(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $2
         where tenant_id = $1
           and revoked_at is null
        returning tenant_id"
    );
    tx.query(sql).bind(RevokedFor::SignedOut.as_str()).execute().await?;
    let sql = tenant_sql!(
        "
        delete from remembered_device
         where tenant_id = $1
        returning tenant_id"
    );
    tx.query(sql).execute().await?;
    Ok(accounts.into_iter().map(|(id,)| AccountId::from_uuid(id)).collect())
}
