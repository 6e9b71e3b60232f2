//! User pools, and everything that is known of all of them.

use chrono::{DateTime, Utc};
use domain::{AccessScope, PoolId, TenantId};
use share::Holder;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Error, Store, door::PlatformTx};

/// The region that all of our pools are in. It is part of Cognito's pattern and means nothing here.
const REGION: &str = "eu-local-1";
/// How many pools may have the same name but for a number; the next gets a random one.
const NUMBERED: u32 = 9;

/// A company's user pool (row T1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPool {
    /// Its id; the issuer's URL ends with it.
    pub id: PoolId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What may be chosen.
    pub settings: PoolSettings,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What may be chosen of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolSettings {
    /// How its next keys sign: `RS256` or `ES256` (row T4a).
    pub algorithm: String,
    /// Whether clients may prove a password by SRP.
    pub srp: bool,
    /// Whether access tokens carry `custom:tenant_id` (row T3).
    pub tenant_claim: bool,
}

/// What is chosen anew of a pool; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolChange {
    /// `RS256` or `ES256`.
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
    /// Every company's pool, whatever the company's status.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.pool.list", skip_all)]
    pub async fn pools(&self) -> Result<Vec<UserPool>, Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(all(tx))).await
    }

    /// A number that is another one as soon as any pool, client or key has changed.
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

    /// Chooses other settings for a company's pool, and returns it as it is then; `None` if there is no such company.
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

/// Gives a new company its pool: `eu-local-1_AcmeCorp1` for Acme Corp.
pub(crate) async fn create(
    connection: &mut PgConnection,
    tenant: Uuid,
    name: &str,
) -> Result<(), Error> {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    let random = Uuid::new_v4().simple().to_string();
    let numbered = (1..=NUMBERED).map(|number| format!("{REGION}_{name}{number}"));
    let sql = "
        insert into platform.pool (tenant_id, id) values ($1, $2)
            on conflict (id) do nothing";
    for id in numbered.chain([format!("{REGION}_{name}{}", &random[..9])]) {
        let made = sqlx::query(sql).bind(tenant).bind(&id).execute(&mut *connection).await?;
        if made.rows_affected() == 1 {
            return add_pages(connection, tenant).await;
        }
    }
    Err(Error::Corrupt("pool id"))
}

/// The application that our own pages are. Its first tokens are given to who is signed in there, so it has no flow of its own but the next.
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
