//! Slug → tenant, kept in the process: asked for at every request, changed almost never.

use std::{sync::Arc, time::Duration};

use domain::{TenantId, TenantSlug};
use moka::future::Cache;
use share::Holder;
use store::{Store, Tenant};

/// How many companies are remembered.
const COMPANIES: u64 = 10_000;
/// How many unknown names are remembered. They have a store of their own, so that a flood of made-up hosts forgets no company.
const UNKNOWN_NAMES: u64 = 10_000;
/// How many companies are told apart from made-up names before PostgreSQL is asked about them.
const KNOWN_NAMES: u64 = 100_000;
/// How long a company is remembered. Its status is not: that is read with every request.
const KNOWN: Duration = Duration::from_secs(30);
/// How long an unknown name is remembered, so that a flood of made-up hosts does not reach PostgreSQL.
const UNKNOWN: Duration = Duration::from_secs(5);
/// How often the names of new companies are read.
const NEW_NAMES: Duration = Duration::from_secs(30);

/// The companies by their name in the host. Clones share it.
#[derive(Clone)]
pub struct Directory {
    companies: Cache<TenantSlug, Arc<Tenant>>,
    unknown: Cache<TenantSlug, ()>,
    /// The companies that there were at some time, so that asking about one again is accounted to it and not to anonymous requests.
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
    /// A directory that asks this store and knows the names of all companies that are active now.
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

    /// Learns the names of new companies, for as long as the process lives.
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

    /// The company of this name, whatever its status; `None` if there is none. Many requests for one name ask PostgreSQL once.
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
        // Boxed, or every request would carry the room for this question about: 7 KB, copied each time.
        let looked = Box::pin(self.companies.try_get_with_by_ref(slug, self.look_up(slug))).await;
        match looked.map_err(|missing| Missing::clone(&missing)) {
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
