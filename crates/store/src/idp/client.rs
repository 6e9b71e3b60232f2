//! Applications that may ask a pool for tokens.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use domain::{AccessScope, ClientId, PoolId, RedirectUri, TenantId};
use share::Holder;
use uuid::Uuid;

use crate::{Error, Store, transactions::PlatformTx};

/// A way to get tokens. The names are those of Cognito and of OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// `USER_PASSWORD_AUTH`: the client sends the password. OAuth 2.1 has no such grant (ASVS 10.4.4): off unless a client needs it.
    Password,
    /// `USER_SRP_AUTH`: the client proves that it knows the password.
    Srp,
    /// `REFRESH_TOKEN_AUTH`: the client exchanges a refresh token.
    Refresh,
    /// `code`: the authorization endpoint issues a code, which the client exchanges.
    Code,
    /// `client_credentials`: the client acts for itself.
    ClientCredentials,
}

/// The text is not the name of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown flow: expected one of `USER_PASSWORD_AUTH`, `USER_SRP_AUTH`, `REFRESH_TOKEN_AUTH`, `code`, `client_credentials`"
)]
pub struct UnknownFlow;

/// An application of one tenant.
#[derive(Clone, Debug)]
pub struct AppClient {
    /// The tenant that the application belongs to.
    pub tenant: TenantId,
    /// The pool that the application belongs to. No other pool issues tokens to it.
    pub pool: PoolId,
    /// When the application was added. It differs from that of a removed application with the same id.
    pub created_at: DateTime<Utc>,
    /// The settings of the application.
    pub client: NewAppClient,
}

/// The settings of an application.
#[derive(Clone)]
pub struct NewAppClient {
    /// The client id, unique among all tenants.
    pub id: ClientId,
    /// The name of the application, for display.
    pub name: String,
    /// SHA-256 of the secret, and the sealed secret; `None` for a public client.
    pub secret: Option<([u8; 32], Vec<u8>)>,
    /// The flows that the application may use.
    pub flows: Vec<Flow>,
    /// The scopes that the application may request.
    pub scopes: Vec<AccessScope>,
    /// The addresses that codes may be sent to.
    pub redirect_uris: Vec<RedirectUri>,
    /// The addresses that a sign-out may redirect to.
    pub logout_uris: Vec<RedirectUri>,
    /// The lifetime of access tokens, in minutes: 5 to 15 (row T4b).
    pub access_minutes: u32,
    /// The lifetime of ID tokens, in minutes: 5 to 15.
    pub id_minutes: u32,
    /// The lifetime of a refresh token family, in minutes: 60 to 5,256,000. A use does not extend it.
    pub refresh_minutes: u32,
    /// Whether each use of a refresh token replaces it.
    pub rotates: bool,
    /// For how many seconds a replaced refresh token may be presented again: 0 to 60 (row T4g).
    pub grace_seconds: u32,
}

#[derive(sqlx::FromRow)]
struct Record {
    tenant_id: Uuid,
    pool_id: String,
    id: String,
    name: String,
    secret_digest: Option<Vec<u8>>,
    secret_sealed: Option<Vec<u8>>,
    flows: Vec<String>,
    scopes: Vec<String>,
    redirect_uris: Vec<String>,
    logout_uris: Vec<String>,
    access_minutes: i32,
    id_minutes: i32,
    refresh_minutes: i32,
    rotates: bool,
    grace_seconds: i32,
    created_at: DateTime<Utc>,
}

impl Store {
    /// Lists every tenant's applications. A stored address that [`RedirectUri`] refuses is left out and logged, and the application keeps its others:
    /// one row of one tenant must not prevent every node from reading the pools.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.app_client.list", skip_all)]
    pub async fn app_clients(&self) -> Result<Vec<AppClient>, Error> {
        self.for_platform(Holder::Node, |tx| Box::pin(all(tx))).await
    }

    /// Adds an application to a tenant's pool, or replaces the one with this id.
    ///
    /// # Errors
    /// [`Error::Conflict`] if a number is out of bounds; [`Error::ClientTaken`] if another tenant has a client with this id.
    #[tracing::instrument(level = "debug", name = "store.app_client.write", skip_all)]
    pub async fn put_app_client(
        &self,
        tenant: TenantId,
        client: NewAppClient,
    ) -> Result<(), Error> {
        self.for_platform(tenant, move |tx| Box::pin(async move { put(tx, tenant, &client).await }))
            .await
    }

    /// Adds or changes the application with this id. `change` gets the present settings, or `None`, and returns the new ones. The row is locked
    /// meanwhile. If `change` returns an error, nothing is written and that error is returned.
    ///
    /// # Errors
    /// As [`Store::put_app_client`].
    #[tracing::instrument(level = "debug", name = "store.app_client.change", skip_all)]
    pub async fn change_app_client<E: Send + 'static>(
        &self,
        tenant: TenantId,
        id: ClientId,
        change: impl FnOnce(Option<NewAppClient>) -> Result<NewAppClient, E> + Send + 'static,
    ) -> Result<Result<NewAppClient, E>, Error> {
        self.for_platform(tenant, move |tx| {
            Box::pin(async move {
                let known = find(tx, &id).await?;
                if known.as_ref().is_some_and(|known| known.tenant != tenant) {
                    return Err(Error::ClientTaken);
                }
                let changed = change(known.map(|known| known.client));
                if let Ok(client) = &changed {
                    put(tx, tenant, client).await?;
                }
                Ok(changed)
            })
        })
        .await
    }

    /// Removes an application with its codes and refresh token families. Returns `false` if the tenant has no application with this id.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.app_client.remove", skip_all)]
    pub async fn remove_app_client(&self, tenant: TenantId, id: ClientId) -> Result<bool, Error> {
        self.for_platform(tenant, move |tx| Box::pin(async move { remove(tx, tenant, &id).await }))
            .await
    }
}

/// Finds the application with this id, of any tenant, and locks its row.
async fn find(tx: &mut PlatformTx, id: &ClientId) -> Result<Option<AppClient>, Error> {
    let sql = "
        select tenant_id, pool_id, id, name, secret_digest, secret_sealed, flows, scopes, redirect_uris, logout_uris,
               access_minutes, id_minutes, refresh_minutes, rotates, grace_seconds, created_at
          from platform.app_client
         where id = $1
           for update";
    let record: Option<Record> =
        sqlx::query_as(sql).bind(id.as_str()).fetch_optional(tx.connection()).await?;
    record.map(AppClient::try_from).transpose()
}

/// Codes and token families refer to their application, and are deleted with it.
async fn remove(tx: &mut PlatformTx, tenant: TenantId, id: &ClientId) -> Result<bool, Error> {
    let sql = "
        delete from platform.app_client
         where tenant_id = $1
           and id = $2";
    let removed =
        sqlx::query(sql).bind(tenant.as_uuid()).bind(id.as_str()).execute(tx.connection()).await?;
    Ok(removed.rows_affected() == 1)
}

async fn all(tx: &mut PlatformTx) -> Result<Vec<AppClient>, Error> {
    let sql = "
        select tenant_id, pool_id, id, name, secret_digest, secret_sealed, flows, scopes, redirect_uris, logout_uris,
               access_minutes, id_minutes, refresh_minutes, rotates, grace_seconds, created_at
          from platform.app_client
         order by tenant_id, created_at, id";
    let records: Vec<Record> = sqlx::query_as(sql).fetch_all(tx.connection()).await?;
    records.into_iter().map(AppClient::try_from).collect()
}

async fn put(tx: &mut PlatformTx, tenant: TenantId, client: &NewAppClient) -> Result<(), Error> {
    let sql = "
        insert into platform.app_client as known
               (tenant_id, pool_id, id, name, secret_digest, secret_sealed, flows, scopes, redirect_uris, logout_uris,
                access_minutes, id_minutes, refresh_minutes, rotates, grace_seconds)
        select $1, pool.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
          from platform.pool as pool
         where pool.tenant_id = $1
            on conflict (id) do update
           set (name, secret_digest, secret_sealed, flows, scopes, redirect_uris, logout_uris,
                access_minutes, id_minutes, refresh_minutes, rotates, grace_seconds)
             = (excluded.name, excluded.secret_digest, excluded.secret_sealed, excluded.flows, excluded.scopes, excluded.redirect_uris,
                excluded.logout_uris, excluded.access_minutes, excluded.id_minutes, excluded.refresh_minutes, excluded.rotates,
                excluded.grace_seconds)
         where known.tenant_id = excluded.tenant_id";
    let (digest, sealed) = client
        .secret
        .as_ref()
        .map_or((None, None), |(digest, sealed)| (Some(digest.as_slice()), Some(sealed)));
    let written = sqlx::query(sql)
        .bind(tenant.as_uuid())
        .bind(client.id.as_str())
        .bind(&client.name)
        .bind(digest)
        .bind(sealed)
        .bind(client.flows.iter().map(|flow| flow.as_str()).collect::<Vec<_>>())
        .bind(client.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>())
        .bind(texts(&client.redirect_uris))
        .bind(texts(&client.logout_uris))
        .bind(integer(client.access_minutes))
        .bind(integer(client.id_minutes))
        .bind(integer(client.refresh_minutes))
        .bind(client.rotates)
        .bind(integer(client.grace_seconds))
        .execute(tx.connection())
        .await?;
    if written.rows_affected() == 1 { Ok(()) } else { Err(Error::ClientTaken) }
}

fn texts(uris: &[RedirectUri]) -> Vec<&str> {
    uris.iter().map(RedirectUri::as_str).collect()
}

/// Returns the valid addresses. Rows of older versions may hold others, which never worked or must not.
fn usable(texts: Vec<String>, tenant: TenantId, client: &ClientId) -> Vec<RedirectUri> {
    let readable = |text: String| {
        let uri = text.parse::<RedirectUri>();
        let error = |error: &domain::InvalidRedirectUri| error.to_string().replace('\n', "; ");
        uri.inspect_err(
            |why| tracing::warn!(%tenant, %client, error = error(why), "store.redirect_uri.left_out"),
        )
        .ok()
    };
    texts.into_iter().filter_map(readable).collect()
}

/// Converts a number for the database. One that does not fit is out of bounds too, and the table refuses it.
fn integer(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl TryFrom<Record> for AppClient {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self, Error> {
        let secret = match (record.secret_digest, record.secret_sealed) {
            (Some(digest), Some(sealed)) => {
                let digest = digest.try_into().map_err(|_| Error::Corrupt("client secret"))?;
                Some((digest, sealed))
            }
            _ => None,
        };
        let flows = record.flows.iter().map(|word| word.parse()).collect::<Result<_, _>>();
        let scopes = record.scopes.iter().map(|word| word.parse()).collect::<Result<_, _>>();
        let tenant = TenantId::from_uuid(record.tenant_id);
        let id: ClientId = record.id.parse().map_err(|_| Error::Corrupt("client id"))?;
        let client = NewAppClient {
            redirect_uris: usable(record.redirect_uris, tenant, &id),
            logout_uris: usable(record.logout_uris, tenant, &id),
            id,
            name: record.name,
            secret,
            flows: flows.map_err(|_| Error::Corrupt("flow"))?,
            scopes: scopes.map_err(|_| Error::Corrupt("scope"))?,
            access_minutes: record.access_minutes.unsigned_abs(),
            id_minutes: record.id_minutes.unsigned_abs(),
            refresh_minutes: record.refresh_minutes.unsigned_abs(),
            rotates: record.rotates,
            grace_seconds: record.grace_seconds.unsigned_abs(),
        };
        Ok(Self {
            tenant,
            pool: record.pool_id.parse().map_err(|_| Error::Corrupt("pool id"))?,
            created_at: record.created_at,
            client,
        })
    }
}

impl Flow {
    /// All flows that an application may be given.
    pub const ALL: [Self; 5] =
        [Self::Password, Self::Srp, Self::Refresh, Self::Code, Self::ClientCredentials];

    /// The flow's name in Cognito or OAuth.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "USER_PASSWORD_AUTH",
            Self::Srp => "USER_SRP_AUTH",
            Self::Refresh => "REFRESH_TOKEN_AUTH",
            Self::Code => "code",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

impl FromStr for Flow {
    type Err = UnknownFlow;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|flow| flow.as_str() == word).ok_or(UnknownFlow)
    }
}

/// `{:?}` does not show the secret, not even its digest.
impl fmt::Debug for NewAppClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAppClient")
            .field("id", &self.id)
            .field("flows", &self.flows)
            .field("scopes", &self.scopes)
            .field("has_secret", &self.secret.is_some())
            .finish_non_exhaustive()
    }
}
