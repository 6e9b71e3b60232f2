//! Finds a tenant by its slug, in memory: every request needs it, and it rarely changes.

use std::{sync::Arc, time::Duration};

use domain::{TenantId, TenantSlug};
use moka::future::Cache;
use share::Holder;
use store::{Store, Tenant};

/// The most companies that are kept in memory.
const COMPANIES: u64 = 10_000;
/// The most unknown names that are kept in memory. They have a cache of their own, so that a flood of invented hosts evicts no company.
const UNKNOWN_NAMES: u64 = 10_000;
/// The most slugs that are known to belong to companies, see `Directory::names`.
const KNOWN_NAMES: u64 = 100_000;
/// How long a company is kept in memory. Its status is not kept here: every request reads it.
const KNOWN: Duration = Duration::from_secs(30);
/// How long an unknown name is kept in memory, so that a flood of invented hosts does not reach PostgreSQL.
const UNKNOWN: Duration = Duration::from_secs(5);
/// How often the names of new companies are read.
const NEW_NAMES: Duration = Duration::from_secs(30);

/// The companies by their slug. Clones share the same memory.
#[derive(Clone)]
pub struct Directory {
    companies: Cache<TenantSlug, Arc<Tenant>>,
    unknown: Cache<TenantSlug, ()>,
    /// The companies that were found before, so that a new lookup counts against the company's share and not against that of anonymous requests.
    names: Cache<TenantSlug, TenantId>,
    store: Store,
}

/// Why a lookup found no company.
#[derive(Clone)]
enum Missing {
    Unknown,
    Failed(Arc<store::Error>),
}

impl Directory {
    /// Creates a directory over this store and reads the names of all companies that are active now.
    ///
    /// # Errors
    /// [`store::Error::Unavailable`] if PostgreSQL does not answer.
    pub async fn start(store: Store) -> Result<Self, store::Error> {
        let directory = Self {
            companies: Cache::builder().max_capacity(COMPANIES).time_to_live(KNOWN).build(),
            unknown: Cache::builder().max_capacity(UNKNOWN_NAMES).time_to_live(UNKNOWN).build(),
            names: Cache::builder().max_capacity(KNOWN_NAMES).build(),
            store,
        };
        directory.read_names().await?;
        Ok(directory)
    }

    /// Reads the names of new companies every 30 seconds, until the process ends.
    pub async fn follow(self) {
        loop {
            tokio::time::sleep(NEW_NAMES).await;
            if let Err(error) = self.read_names().await {
                tracing::warn!(%error, "api.directory.names_not_read");
            }
        }
    }

    async fn read_names(&self) -> Result<(), store::Error> {
        for company in self.store.tenants(Holder::Node).await? {
            self.names.insert(company.slug, company.id).await;
        }
        Ok(())
    }

    /// The company with this slug, whatever its status; `None` if there is none. Concurrent lookups of one slug send one query to PostgreSQL.
    pub(crate) async fn find(
        &self,
        slug: &TenantSlug,
    ) -> Result<Option<Arc<Tenant>>, Arc<store::Error>> {
        if let Some(company) = self.companies.get(slug).await {
            return Ok(Some(company));
        }
        if self.unknown.get(slug).await.is_some() {
            return Ok(None);
        }
        // Boxed: otherwise the future of every request would be 7 KB larger, and it is copied each time.
        let found = Box::pin(self.companies.try_get_with_by_ref(slug, self.look_up(slug))).await;
        match found.map_err(|missing| Missing::clone(&missing)) {
            Ok(company) => Ok(Some(company)),
            Err(Missing::Unknown) => Ok(None),
            Err(Missing::Failed(error)) => Err(error),
        }
    }

    async fn look_up(&self, slug: &TenantSlug) -> Result<Arc<Tenant>, Missing> {
        let holder = self.names.get(slug).await.map_or(Holder::Anonymous, Holder::Tenant);
        let found = self.store.tenant_by_slug(holder, slug).await;
        let found = found.map_err(|error| Missing::Failed(Arc::new(error)))?;
        if let Some(company) = found {
            self.names.insert(slug.clone(), company.id).await;
            return Ok(Arc::new(company));
        }
        self.names.invalidate(slug).await;
        self.unknown.insert(slug.clone(), ()).await;
        Err(Missing::Unknown)
    }
}
