//! The tenant directory: every tenant, with its slug and status.

use domain::{SessionPolicy, TenantId, TenantSettings, TenantSlug, TenantStatus};
use share::Holder;
use tenancy::TenantContext;
use uuid::Uuid;

use crate::{Error, Store, idp::create_pool, transactions::PlatformTx};

/// A tenant, as stored in the tenant directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The tenant's id.
    pub id: TenantId,
    /// The slug, the part of the host name that names the tenant.
    pub slug: TenantSlug,
    /// The name of the company, for display.
    pub name: String,
    /// Whether the tenant is active, suspended or deleted.
    pub status: TenantStatus,
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    slug: String,
    name: String,
    status: String,
}

impl Store {
    /// Finds the tenant with this slug, whatever its status.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant.find", skip_all)]
    pub async fn tenant_by_slug(
        &self,
        holder: Holder,
        slug: &TenantSlug,
    ) -> Result<Option<Tenant>, Error> {
        let slug = slug.clone();
        self.for_platform(holder, |tx| Box::pin(async move { by_slug(tx, &slug).await })).await
    }

    /// Finds the tenant with this id, whatever its status.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant.read", skip_all)]
    pub async fn tenant(&self, id: TenantId) -> Result<Option<Tenant>, Error> {
        self.for_platform(id, move |tx| Box::pin(by_id(tx, id))).await
    }

    /// Reads the settings of a tenant; `None` if there is no such tenant.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant_settings.read", skip_all)]
    pub async fn tenant_settings(&self, tenant: TenantId) -> Result<Option<TenantSettings>, Error> {
        self.for_platform(tenant, move |tx| Box::pin(settings(tx, tenant))).await
    }

    /// Lists the active tenants in the order of their names.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant.list", skip_all)]
    pub async fn tenants(&self, holder: Holder) -> Result<Vec<Tenant>, Error> {
        self.for_platform(holder, |tx| Box::pin(active(tx))).await
    }

    /// Adds a new tenant, active and without rows, with a user pool of its own.
    ///
    /// # Errors
    /// [`Error::SlugTaken`] if another tenant has the slug.
    #[tracing::instrument(level = "debug", name = "store.tenant.create", skip_all)]
    pub async fn create_tenant(&self, slug: &TenantSlug, name: &str) -> Result<TenantId, Error> {
        let (slug, name) = (slug.clone(), name.to_owned());
        self.for_platform(Holder::Node, |tx| {
            Box::pin(async move { create(tx, &slug, &name).await })
        })
        .await
    }

    /// Sets the status of a tenant, and returns its settings; `None` if there is no such tenant. The caller announces them to the nodes.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant_status.write", skip_all)]
    pub async fn set_tenant_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<Option<TenantSettings>, Error> {
        let sql = "
            update platform.tenant set status = $2 where id = $1
            returning status, session_policy";
        self.for_platform(tenant, move |tx| Box::pin(change(tx, tenant, sql, status.as_str())))
            .await
    }

    /// Sets the session policy of the actor's tenant, and returns the tenant's settings. The caller announces them to the nodes.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.session_policy.write", skip_all)]
    pub async fn set_session_policy(
        &self,
        context: &TenantContext,
        policy: SessionPolicy,
    ) -> Result<Option<TenantSettings>, Error> {
        let tenant = context.tenant();
        let sql = "
            update platform.tenant set session_policy = $2 where id = $1
            returning status, session_policy";
        self.for_platform(tenant, move |tx| Box::pin(change(tx, tenant, sql, policy.as_str())))
            .await
    }
}

async fn by_slug(tx: &mut PlatformTx, slug: &TenantSlug) -> Result<Option<Tenant>, Error> {
    let sql = "
        select id, slug, name, status
          from platform.tenant
         where slug = $1";
    let record: Option<Record> =
        sqlx::query_as(sql).bind(slug.as_str()).fetch_optional(tx.connection()).await?;
    record.map(Tenant::try_from).transpose()
}

async fn by_id(tx: &mut PlatformTx, id: TenantId) -> Result<Option<Tenant>, Error> {
    let sql = "
        select id, slug, name, status
          from platform.tenant
         where id = $1";
    let record: Option<Record> =
        sqlx::query_as(sql).bind(id.as_uuid()).fetch_optional(tx.connection()).await?;
    record.map(Tenant::try_from).transpose()
}

async fn settings(tx: &mut PlatformTx, tenant: TenantId) -> Result<Option<TenantSettings>, Error> {
    let sql = "select status, session_policy from platform.tenant where id = $1";
    let row: Option<(String, String)> =
        sqlx::query_as(sql).bind(tenant.as_uuid()).fetch_optional(tx.connection()).await?;
    row.map(parsed).transpose()
}

/// Runs a statement that sets one setting of a tenant to `word` and returns all of them.
async fn change(
    tx: &mut PlatformTx,
    tenant: TenantId,
    sql: &'static str,
    word: &'static str,
) -> Result<Option<TenantSettings>, Error> {
    let row: Option<(String, String)> = sqlx::query_as(sql)
        .bind(tenant.as_uuid())
        .bind(word)
        .fetch_optional(tx.connection())
        .await?;
    row.map(parsed).transpose()
}

fn parsed((status, session_policy): (String, String)) -> Result<TenantSettings, Error> {
    Ok(TenantSettings {
        status: status.parse().map_err(|_| Error::Corrupt("tenant status"))?,
        session_policy: session_policy.parse().map_err(|_| Error::Corrupt("session policy"))?,
    })
}

async fn active(tx: &mut PlatformTx) -> Result<Vec<Tenant>, Error> {
    let sql = "
        select id, slug, name, status
          from platform.tenant
         where status = 'active'
         order by lower(name), slug";
    let records: Vec<Record> = sqlx::query_as(sql).fetch_all(tx.connection()).await?;
    records.into_iter().map(Tenant::try_from).collect()
}

async fn create(tx: &mut PlatformTx, slug: &TenantSlug, name: &str) -> Result<TenantId, Error> {
    let sql = "insert into platform.tenant (slug, name) values ($1, $2) returning id";
    let created =
        sqlx::query_scalar(sql).bind(slug.as_str()).bind(name).fetch_one(tx.connection()).await;
    let tenant: Uuid = created.map_err(|error| match Error::from(error) {
        Error::Conflict { constraint } if constraint == "tenant_slug_key" => Error::SlugTaken,
        other => other,
    })?;
    create_pool(tx.connection(), tenant, name).await?;
    Ok(TenantId::from_uuid(tenant))
}

impl TryFrom<Record> for Tenant {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self, Error> {
        Ok(Self {
            id: TenantId::from_uuid(record.id),
            slug: record.slug.parse().map_err(|_| Error::Corrupt("slug"))?,
            name: record.name,
            status: record.status.parse().map_err(|_| Error::Corrupt("tenant status"))?,
        })
    }
}
