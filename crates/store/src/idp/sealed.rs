//! Values that are sealed at rest, and how they are sealed again when the root key changes.
//!
//! A value is replaced only if it has not changed since it was opened, because nodes serve requests meanwhile.

use domain::{AccountId, ClientId};
use share::Holder;
use tenancy::TenantContext;
use uuid::Uuid;

use crate::{
    Error, Store,
    statement::tenant_sql,
    transactions::{TenantTx, WorkKind},
};

impl Store {
    /// Replaces the sealed private key of a signing key. Returns `false` if it has changed since.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.signing_key.reseal", skip_all)]
    pub async fn reseal_signing_key(
        &self,
        kid: &str,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> Result<bool, Error> {
        let sql = "update platform.signing_key set sealed = $3 where kid = $1 and sealed = $2";
        self.reseal(sql, kid.to_owned(), old, new).await
    }

    /// Replaces the sealed secret of an application. Returns `false` if it has changed since.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.app_client.reseal", skip_all)]
    pub async fn reseal_client_secret(
        &self,
        client: &ClientId,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> Result<bool, Error> {
        let sql = "update platform.app_client set secret_sealed = $3 where id = $1 and secret_sealed = $2";
        self.reseal(sql, client.as_str().to_owned(), old, new).await
    }

    /// Lists accounts with their sealed SRP verifiers, at most `limit`, in the order of their ids and beginning after `after`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.srp_verifier.list", skip_all)]
    pub async fn srp_verifiers(
        &self,
        context: &TenantContext,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<(AccountId, Vec<u8>)>, Error> {
        self.for_tenant(context, WorkKind::Read, move |tx| Box::pin(verifiers(tx, after, limit)))
            .await
    }

    /// Replaces the sealed SRP verifier of an account. Returns `false` if it has changed since, or was deleted.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.srp_verifier.reseal", skip_all)]
    pub async fn reseal_srp_verifier(
        &self,
        context: &TenantContext,
        account: AccountId,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> Result<bool, Error> {
        self.for_tenant(context, WorkKind::Write, move |tx| {
            Box::pin(async move { reseal_verifier(tx, account, &old, &new).await })
        })
        .await
    }

    async fn reseal(
        &self,
        sql: &'static str,
        id: String,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> Result<bool, Error> {
        self.for_platform(Holder::Node, move |tx| {
            Box::pin(async move {
                let update = sqlx::query(sql).bind(id).bind(old).bind(new);
                Ok(update.execute(tx.connection()).await?.rows_affected() == 1)
            })
        })
        .await
    }
}

async fn verifiers(
    tx: &mut TenantTx,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Vec<(AccountId, Vec<u8>)>, Error> {
    let sql = tenant_sql!(
        "
        select account_id, sealed, tenant_id
          from srp_verifier
         where tenant_id = $1
           and ($2::uuid is null or account_id > $2)
         order by account_id
         limit $3"
    );
    let rows: Vec<(Uuid, Vec<u8>)> = tx
        .query(sql)
        .bind(after.map(|after| after.as_uuid()))
        .bind(i64::from(limit))
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|(account, sealed)| (AccountId::from_uuid(account), sealed)).collect())
}

async fn reseal_verifier(
    tx: &mut TenantTx,
    account: AccountId,
    old: &[u8],
    new: &[u8],
) -> Result<bool, Error> {
    let sql = tenant_sql!(
        "
        update srp_verifier
           set sealed = $4
         where tenant_id = $1
           and account_id = $2
           and sealed = $3
        returning tenant_id"
    );
    let changed = tx.query(sql).bind(account.as_uuid()).bind(old).bind(new).execute().await?;
    Ok(changed > 0)
}
