//! The list of an account's remembered devices (rows C3 and S4).

use chrono::{DateTime, Utc};
use domain::AccountId;
use tenancy::TenantContext;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

/// A device that stays signed in, as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedDevice {
    /// The digest of the session that the device started last. That session may have ended.
    #[sqlx(rename = "session_digest")]
    pub session: String,
    /// When the user entered the password on the device.
    pub authenticated_at: DateTime<Utc>,
    /// When the device last started a session.
    pub used_at: DateTime<Utc>,
    /// When the device is forgotten.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Lists the devices of an account that are remembered now, the last used one first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.remembered_device.list", skip_all)]
    pub async fn remembered_devices(
        &self,
        context: &TenantContext,
        account: AccountId,
    ) -> Result<Vec<ListedDevice>, Error> {
        self.for_tenant(context, WorkKind::Read, move |tx| Box::pin(list(tx, account))).await
    }
}

async fn list(tx: &mut TenantTx, account: AccountId) -> Result<Vec<ListedDevice>, Error> {
    let sql = tenant_sql!(
        "
        select session_digest, authenticated_at, coalesce(replaced_at, authenticated_at) as used_at, expires_at, tenant_id
          from remembered_device
         where tenant_id = $1
           and account_id = $2
           and expires_at > now()
         order by used_at desc, id"
    );
    tx.query(sql).bind(account.as_uuid()).fetch_all().await
}
