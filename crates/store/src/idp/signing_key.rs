//! The keys that sign a pool's tokens: published before they sign, and kept until the last token that they signed has expired (row T8).

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{PoolId, TenantId};
use share::Holder;
use uuid::Uuid;

use crate::{Error, Store, transactions::PlatformTx};

/// A signing key to add.
#[derive(Clone)]
pub struct NewSigningKey {
    /// The key's id (`kid`), unique among all pools.
    pub kid: String,
    /// The tokens that the key signs: `id` or `access`.
    pub token_use: &'static str,
    /// The algorithm: `RS256` or `ES256`.
    pub algorithm: &'static str,
    /// The public key as a JSON Web Key (RFC 7517).
    pub public_jwk: String,
    /// The private key, sealed.
    pub sealed: Vec<u8>,
}

/// A stored signing key.
#[derive(Clone)]
pub struct StoredKey {
    /// The key's id (`kid`).
    pub kid: String,
    /// The tenant that the pool belongs to.
    pub tenant: TenantId,
    /// The pool whose tokens the key signs.
    pub pool: PoolId,
    /// The tokens that the key signs: `id` or `access`.
    pub token_use: String,
    /// The algorithm: `RS256` or `ES256`.
    pub algorithm: String,
    /// The public key as a JSON Web Key.
    pub public_jwk: String,
    /// The private key, sealed.
    pub sealed: Vec<u8>,
    /// When the key starts to sign. Of all keys that have started, the latest one signs.
    pub signs_from: DateTime<Utc>,
    /// When the key expires; `None` until another key replaces it.
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Record {
    kid: String,
    tenant_id: Uuid,
    pool_id: String,
    token_use: String,
    algorithm: String,
    public_jwk: String,
    sealed: Vec<u8>,
    signs_from: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Lists every pool's keys that have not expired.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.signing_key.list", skip_all)]
    pub async fn signing_keys(&self) -> Result<Vec<StoredKey>, Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(all(tx))).await
    }

    /// Adds the first keys of a pool, unless it has keys already. If two nodes do so at the same time, the keys of the first one stay.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.signing_key.begin", skip_all)]
    pub async fn add_first_keys(
        &self,
        pool: &PoolId,
        keys: Vec<NewSigningKey>,
    ) -> Result<(), Error> {
        let pool = pool.clone();
        self.for_platform(Holder::Node, |tx| {
            Box::pin(async move {
                lock(tx, &pool).await?;
                if has_keys(tx, &pool).await? {
                    return Ok(());
                }
                add(tx, &pool, &keys, Duration::ZERO).await
            })
        })
        .await
    }

    /// Publishes a pool's next keys, which sign once `ahead` has passed. The keys that sign until then expire `outlive` later, and expired keys are
    /// deleted. Returns `false` if the pool has keys that do not sign yet: only one rotation is in progress at a time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.signing_key.rotate", skip_all)]
    pub async fn rotate_keys(
        &self,
        pool: &PoolId,
        keys: Vec<NewSigningKey>,
        ahead: Duration,
        outlive: Duration,
    ) -> Result<bool, Error> {
        let pool = pool.clone();
        self.for_platform(Holder::Node, move |tx| {
            Box::pin(async move { rotate(tx, &pool, &keys, ahead, outlive).await })
        })
        .await
    }
}

async fn all(tx: &mut PlatformTx) -> Result<Vec<StoredKey>, Error> {
    let sql = "
        select kid, tenant_id, pool_id, token_use, algorithm, public_jwk, sealed, signs_from, expires_at
          from platform.signing_key
         where expires_at is null or expires_at > now()
         order by pool_id, token_use, signs_from";
    let records: Vec<Record> = sqlx::query_as(sql).fetch_all(tx.connection()).await?;
    records.into_iter().map(StoredKey::try_from).collect()
}

/// Locks the pool's row, so that one transaction at a time changes its keys.
pub(super) async fn lock(tx: &mut PlatformTx, pool: &PoolId) -> Result<(), Error> {
    let sql = "select id from platform.pool where id = $1 for update";
    sqlx::query(sql).bind(pool.as_str()).execute(tx.connection()).await?;
    Ok(())
}

async fn has_keys(tx: &mut PlatformTx, pool: &PoolId) -> Result<bool, Error> {
    let sql = "
        select exists (select from platform.signing_key
                        where pool_id = $1 and (expires_at is null or expires_at > now()))";
    Ok(sqlx::query_scalar(sql).bind(pool.as_str()).fetch_one(tx.connection()).await?)
}

async fn rotate(
    tx: &mut PlatformTx,
    pool: &PoolId,
    keys: &[NewSigningKey],
    ahead: Duration,
    outlive: Duration,
) -> Result<bool, Error> {
    lock(tx, pool).await?;
    let waiting = "
        select exists (select from platform.signing_key where pool_id = $1 and signs_from > clock_timestamp())";
    let waiting: bool =
        sqlx::query_scalar(waiting).bind(pool.as_str()).fetch_one(tx.connection()).await?;
    if waiting {
        return Ok(false);
    }
    let gone = "delete from platform.signing_key where pool_id = $1 and expires_at <= now()";
    sqlx::query(gone).bind(pool.as_str()).execute(tx.connection()).await?;
    let retire = "
        update platform.signing_key
           set expires_at = clock_timestamp() + make_interval(secs => $2)
         where pool_id = $1
           and expires_at is null";
    sqlx::query(retire)
        .bind(pool.as_str())
        .bind((ahead + outlive).as_secs_f64())
        .execute(tx.connection())
        .await?;
    add(tx, pool, keys, ahead).await?;
    Ok(true)
}

async fn add(
    tx: &mut PlatformTx,
    pool: &PoolId,
    keys: &[NewSigningKey],
    ahead: Duration,
) -> Result<(), Error> {
    let sql = "
        insert into platform.signing_key (kid, tenant_id, pool_id, token_use, algorithm, public_jwk, sealed, signs_from)
        select $2, pool.tenant_id, pool.id, $3, $4, $5, $6, clock_timestamp() + make_interval(secs => $7)
          from platform.pool as pool
         where pool.id = $1";
    for key in keys {
        sqlx::query(sql)
            .bind(pool.as_str())
            .bind(&key.kid)
            .bind(key.token_use)
            .bind(key.algorithm)
            .bind(&key.public_jwk)
            .bind(&key.sealed)
            .bind(ahead.as_secs_f64())
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

impl TryFrom<Record> for StoredKey {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self, Error> {
        let pool = record.pool_id.parse().map_err(|_| Error::Corrupt("pool id"))?;
        Ok(Self {
            kid: record.kid,
            tenant: TenantId::from_uuid(record.tenant_id),
            pool,
            token_use: record.token_use,
            algorithm: record.algorithm,
            public_jwk: record.public_jwk,
            sealed: record.sealed,
            signs_from: record.signs_from,
            expires_at: record.expires_at,
        })
    }
}
