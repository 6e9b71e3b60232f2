//! User pools: their settings, and the version number of everything in them.

use chrono::{DateTime, Utc};
use domain::{AccessScope, PoolId, TenantId};
use share::Holder;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Error, Store, transactions::PlatformTx};

/// The region in every pool id. Cognito's pattern requires one; it has no meaning here.
const REGION: &str = "eu-local-1";
/// How many pools may have the same name followed by a number from 1. The next one gets a random suffix.
const NUMBERED: u32 = 9;

/// A tenant's user pool (row T1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPool {
    /// The pool's id. The issuer's URL ends with it.
    pub id: PoolId,
    /// The tenant that the pool belongs to.
    pub tenant: TenantId,
    /// The settings that an operator can change.
    pub settings: PoolSettings,
    /// When the pool was created.
    pub created_at: DateTime<Utc>,
}

/// The settings of a pool that an operator can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolSettings {
    /// The algorithm of the pool's next keys: `RS256` or `ES256` (row T4a).
    pub algorithm: String,
    /// Whether clients may prove a password by SRP.
    pub srp: bool,
    /// Whether access tokens carry `custom:tenant_id` (row T3).
    pub tenant_claim: bool,
}

/// A change of a pool's settings. `None` keeps the present value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolChange {
    /// The algorithm of the pool's next keys: `RS256` or `ES256`.
    pub algorithm: Option<String>,
    /// Whether clients may prove a password by SRP.
    pub srp: Option<bool>,
    /// Whether access tokens carry `custom:tenant_id`.
    pub tenant_claim: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    id: String,
    algorithm: String,
    srp: bool,
    tenant_claim: bool,
    created_at: DateTime<Utc>,
}

impl Store {
    /// Lists every tenant's pool, whatever the tenant's status.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.pool.list", skip_all)]
    pub async fn pools(&self) -> Result<Vec<UserPool>, Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(all(tx))).await
    }

    /// Reads a number that increases with every change of a pool, a client or a key.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.pool_version.read", skip_all)]
    pub async fn pools_version(&self) -> Result<i64, Error> {
        self.for_platform(Holder::Node, |tx| {
            Box::pin(async move {
                let sql = "select version from platform.pool_version";
                Ok(sqlx::query_scalar(sql).fetch_one(tx.connection()).await?)
            })
        })
        .await
    }

    /// Changes the settings of a tenant's pool and returns the changed pool; `None` if there is no such tenant.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.pool.write", skip_all)]
    pub async fn set_pool(
        &self,
        tenant: TenantId,
        change: PoolChange,
    ) -> Result<Option<UserPool>, Error> {
        self.for_platform(tenant, move |tx| Box::pin(async move { set(tx, tenant, &change).await }))
            .await
    }
}

async fn all(tx: &mut PlatformTx) -> Result<Vec<UserPool>, Error> {
    let sql = "select tenant_id, id, algorithm, srp, tenant_claim, created_at from platform.pool";
    let records: Vec<Record> = sqlx::query_as(sql).fetch_all(tx.connection()).await?;
    records.into_iter().map(UserPool::try_from).collect()
}

async fn set(
    tx: &mut PlatformTx,
    tenant: TenantId,
    change: &PoolChange,
) -> Result<Option<UserPool>, Error> {
    let sql = "
        update platform.pool
           set algorithm = coalesce($2, algorithm), srp = coalesce($3, srp), tenant_claim = coalesce($4, tenant_claim)
         where tenant_id = $1
        returning tenant_id, id, algorithm, srp, tenant_claim, created_at";
    let record: Option<Record> = sqlx::query_as(sql)
        .bind(tenant.as_uuid())
        .bind(change.algorithm.as_deref())
        .bind(change.srp)
        .bind(change.tenant_claim)
        .fetch_optional(tx.connection())
        .await?;
    record.map(UserPool::try_from).transpose()
}

/// Creates the pool of a new tenant: `eu-local-1_AcmeCorp1` for Acme Corp. It never gets the id that the pool of an erased tenant had.
pub(crate) async fn create(
    connection: &mut PgConnection,
    tenant: Uuid,
    name: &str,
) -> Result<(), Error> {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    let random = Uuid::new_v4().simple().to_string();
    let numbered = (1..=NUMBERED).map(|number| format!("{REGION}_{name}{number}"));
    let sql = "
        insert into platform.pool (tenant_id, id)
        select $1, $2::text
         where not exists (select from platform.retired_pool where id = $2)
            on conflict (id) do nothing";
    for id in numbered.chain([format!("{REGION}_{name}{}", &random[..9])]) {
        let made = sqlx::query(sql).bind(tenant).bind(&id).execute(&mut *connection).await?;
        if made.rows_affected() == 1 {
            return add_pages(connection, tenant).await;
        }
    }
    Err(Error::Corrupt("pool id"))
}

/// Adds the application for the product's own pages. Its first tokens are issued to the user who is signed in there, so its only flow is the refresh.
async fn add_pages(connection: &mut PgConnection, tenant: Uuid) -> Result<(), Error> {
    let sql = "
        insert into platform.app_client (tenant_id, pool_id, id, name, flows, scopes)
        select tenant_id, id, 'pages' || split_part(id, '_', 2), 'Watertight', '{REFRESH_TOKEN_AUTH}', $2
          from platform.pool
         where tenant_id = $1";
    let scopes: Vec<&str> = AccessScope::ALL.iter().map(|scope| scope.as_str()).collect();
    sqlx::query(sql).bind(tenant).bind(scopes).execute(connection).await?;
    Ok(())
}

impl TryFrom<Record> for UserPool {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self, Error> {
        let Record { tenant_id, id, algorithm, srp, tenant_claim, created_at } = record;
        Ok(Self {
            id: id.parse().map_err(|_| Error::Corrupt("pool id"))?,
            tenant: TenantId::from_uuid(tenant_id),
            settings: PoolSettings { algorithm, srp, tenant_claim },
            created_at,
        })
    }
}
