//! Revokes a signing key immediately, and lets another one sign in its place.

use chrono::{DateTime, Utc};
use domain::{PoolId, TenantId};
use share::Holder;
use uuid::Uuid;

use super::signing_key::{NewSigningKey, lock};
use crate::{Error, Store, transactions::PlatformTx};

/// A signing key that was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedKey {
    /// The tenant whose pool the key signed for.
    pub tenant: TenantId,
    /// The pool that the key signed for.
    pub pool: PoolId,
    /// The tokens that the key signed: `id` or `access`.
    pub token_use: String,
    /// The id of the key that takes its place; `None` if it had been replaced before.
    pub successor: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    pool_id: String,
    token_use: String,
    signs_from: DateTime<Utc>,
}

impl Store {
    /// Deletes a signing key: it is no longer trusted or published. Returns `None` if there is no key with this id.
    ///
    /// If the key signs at present, the pool's next key signs immediately if it is already published; otherwise `spare` does. If the key was
    /// published and did not sign yet, `spare` takes its place and signs from the same time on. `spare` is a key of the same pool and use (row G12).
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.signing_key.revoke", skip_all)]
    pub async fn revoke_key(
        &self,
        kid: &str,
        spare: NewSigningKey,
    ) -> Result<Option<RevokedKey>, Error> {
        let kid = kid.to_owned();
        self.for_platform(Holder::Node, |tx| {
            Box::pin(async move { revoke(tx, &kid, &spare).await })
        })
        .await
    }
}

async fn revoke(
    tx: &mut PlatformTx,
    kid: &str,
    spare: &NewSigningKey,
) -> Result<Option<RevokedKey>, Error> {
    let sql = "select pool_id from platform.signing_key where kid = $1";
    let pool: Option<String> =
        sqlx::query_scalar(sql).bind(kid).fetch_optional(tx.connection()).await?;
    let Some(pool) = pool else { return Ok(None) };
    let pool: PoolId = pool.parse().map_err(|_| Error::Corrupt("pool id"))?;
    lock(tx, &pool).await?;
    let sql = "
        delete from platform.signing_key
         where kid = $1
        returning tenant_id, pool_id, token_use, signs_from";
    let gone: Option<Record> =
        sqlx::query_as(sql).bind(kid).fetch_optional(tx.connection()).await?;
    let Some(gone) = gone else { return Ok(None) };
    let successor = match lasting(tx, &gone).await? {
        None => Some(add(tx, &gone, spare).await?),
        Some((next, false)) if signed(tx, &gone).await? => Some(begin(tx, next).await?),
        Some(_) => None,
    };
    let (tenant, token_use) = (TenantId::from_uuid(gone.tenant_id), gone.token_use);
    Ok(Some(RevokedKey { tenant, pool, token_use, successor }))
}

/// Finds the key of the same use that has not been replaced, and whether it signs already.
async fn lasting(tx: &mut PlatformTx, gone: &Record) -> Result<Option<(String, bool)>, Error> {
    let sql = "
        select kid, signs_from <= clock_timestamp()
          from platform.signing_key
         where pool_id = $1
           and token_use = $2
           and expires_at is null";
    let found = sqlx::query_as(sql).bind(&gone.pool_id).bind(&gone.token_use);
    Ok(found.fetch_optional(tx.connection()).await?)
}

/// Whether the deleted key was the one that signed: the latest of those that had started to sign.
async fn signed(tx: &mut PlatformTx, gone: &Record) -> Result<bool, Error> {
    let sql = "
        select $3 <= clock_timestamp()
           and not exists (select from platform.signing_key
                            where pool_id = $1
                              and token_use = $2
                              and signs_from between $3 and clock_timestamp())";
    let found = sqlx::query_scalar(sql).bind(&gone.pool_id).bind(&gone.token_use);
    Ok(found.bind(gone.signs_from).fetch_one(tx.connection()).await?)
}

/// Lets a key that is already published sign from now on.
async fn begin(tx: &mut PlatformTx, kid: String) -> Result<String, Error> {
    let sql = "update platform.signing_key set signs_from = clock_timestamp() where kid = $1";
    sqlx::query(sql).bind(&kid).execute(tx.connection()).await?;
    Ok(kid)
}

/// Adds `spare` in place of the deleted key. It signs immediately, or when the deleted key would have started.
async fn add(tx: &mut PlatformTx, gone: &Record, spare: &NewSigningKey) -> Result<String, Error> {
    let sql = "
        insert into platform.signing_key (kid, tenant_id, pool_id, token_use, algorithm, public_jwk, sealed, signs_from)
        values ($1, $2, $3, $4, $5, $6, $7, greatest($8, clock_timestamp()))";
    sqlx::query(sql)
        .bind(&spare.kid)
        .bind(gone.tenant_id)
        .bind(&gone.pool_id)
        .bind(spare.token_use)
        .bind(spare.algorithm)
        .bind(&spare.public_jwk)
        .bind(&spare.sealed)
        .bind(gone.signs_from)
        .execute(tx.connection())
        .await?;
    Ok(spare.kid.clone())
}
