//! Revokes what came from one sign-in at the tenant's own page: authorization codes, and the token families that the codes were spent for.

use chrono::{DateTime, Utc};
use domain::{AccountId, OriginId, TenantId};
use uuid::Uuid;

use super::family::RevokedFor;
use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{SignInTx, WorkKind},
};

impl Store {
    /// Revokes every token family of one sign-in, at all applications, and deletes the codes that have not been spent. A family whose code is being
    /// spent does not start any more. Returns the families, so that the caller can revoke their access tokens. Two sign-ins of one account in the
    /// same millisecond are revoked together.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.sign_in.revoke", skip_all)]
    pub async fn revoke_sign_in(
        &self,
        tenant: TenantId,
        account: AccountId,
        at: DateTime<Utc>,
    ) -> Result<Vec<OriginId>, Error> {
        self.for_sign_in(tenant, WorkKind::Write, move |tx| {
            Box::pin(async move {
                delete_unspent_codes(tx, account, at).await?;
                let mut ended = revoke_families_of_spent_codes(tx, account, at).await?;
                ended.extend(revoke(tx, account, at).await?);
                Ok(ended)
            })
        })
        .await
    }
}

/// Deletes the codes that have not been spent. Waits for a code that is being spent.
async fn delete_unspent_codes(
    tx: &mut SignInTx,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let sql = tenant_sql!(
        "
        delete from authorization_code
         where tenant_id = $1
           and account_id = $2
           and authenticated_at = $3
           and family_id is null
        returning tenant_id"
    );
    tx.query(sql).bind(account.as_uuid()).bind(at).execute().await?;
    Ok(())
}

/// Revokes the families of codes that have been spent. A family that has not started yet is inserted as revoked.
async fn revoke_families_of_spent_codes(
    tx: &mut SignInTx,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<Vec<OriginId>, Error> {
    let sql = tenant_sql!(
        "
        insert into refresh_family as known
               (tenant_id, id, account_id, client_id, scopes, authenticated_at, expires_at, revoked_at, revoked_for)
        select c.tenant_id, c.family_id, c.account_id, c.client_id, c.scopes, c.authenticated_at, clock_timestamp() + interval '1 hour',
               clock_timestamp(), $4
          from authorization_code as c
         where c.tenant_id = $1
           and c.account_id = $2
           and c.authenticated_at = $3
           and c.family_id is not null
            on conflict (tenant_id, id) do update
           set (revoked_at, revoked_for) = (excluded.revoked_at, excluded.revoked_for)
         where known.tenant_id = $1
           and known.revoked_at is null
        returning id, tenant_id"
    );
    let ended: Vec<(Uuid,)> = tx
        .query(sql)
        .bind(account.as_uuid())
        .bind(at)
        .bind(RevokedFor::SignedOut.as_str())
        .fetch_all()
        .await?;
    Ok(origins(ended))
}

/// Revokes the families whose codes have been deleted already.
async fn revoke(
    tx: &mut SignInTx,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<Vec<OriginId>, Error> {
    let sql = tenant_sql!(
        "
        update refresh_family
           set revoked_at = clock_timestamp(), revoked_for = $4
         where tenant_id = $1
           and account_id = $2
           and authenticated_at = $3
           and revoked_at is null
        returning id, tenant_id"
    );
    let ended: Vec<(Uuid,)> = tx
        .query(sql)
        .bind(account.as_uuid())
        .bind(at)
        .bind(RevokedFor::SignedOut.as_str())
        .fetch_all()
        .await?;
    Ok(origins(ended))
}

fn origins(ended: Vec<(Uuid,)>) -> Vec<OriginId> {
    ended.into_iter().map(|(id,)| OriginId::from_uuid(id)).collect()
}
