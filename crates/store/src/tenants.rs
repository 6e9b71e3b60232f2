//! The tenant directory: every tenant, with its slug and status.

use domain::{TenantId, TenantSlug, TenantStatus};
use share::Holder;
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

    /// Reads the status of a tenant; `None` if there is no such tenant.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant_status.read", skip_all)]
    pub async fn tenant_status(&self, tenant: TenantId) -> Result<Option<TenantStatus>, Error> {
        self.for_platform(tenant, move |tx| Box::pin(status(tx, tenant))).await
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

    /// Sets the status of a tenant. Nothing happens if there is no such tenant.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if PostgreSQL does not answer.
    #[tracing::instrument(level = "debug", name = "store.tenant_status.write", skip_all)]
    pub async fn set_tenant_status(
        &self,
        tenant: TenantId,
        status: TenantStatus,
    ) -> Result<(), Error> {
        self.for_platform(tenant, move |tx| Box::pin(set_status(tx, tenant, status))).await
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

async fn status(tx: &mut PlatformTx, tenant: TenantId) -> Result<Option<TenantStatus>, Error> {
    let sql = "select status from platform.tenant where id = $1";
    let word: Option<String> =
        sqlx::query_scalar(sql).bind(tenant.as_uuid()).fetch_optional(tx.connection()).await?;
    word.map(|word| word.parse().map_err(|_| Error::Corrupt("tenant status"))).transpose()
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

async fn set_status(
    tx: &mut PlatformTx,
    tenant: TenantId,
    status: TenantStatus,
) -> Result<(), Error> {
    let sql = "update platform.tenant set status = $2 where id = $1";
    sqlx::query(sql).bind(tenant.as_uuid()).bind(status.as_str()).execute(tx.connection()).await?;
    Ok(())
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
