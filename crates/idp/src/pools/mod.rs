//! A node's copy of all pools, applications and keys, at most a second old, and the opened signing keys.

mod revoked_key;
mod signing_keys;
mod token_issuers;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::{ClientId, PoolId, TenantId};
use seal::Seals;
use store::Store;
use token::{IdTokenHint, InspectedToken, InvalidToken, JwkSet, TokenIssuer};
use tokio::sync::Mutex;

use crate::{Application, Pool, PoolsError, snapshot::Snapshot};
use revoked_key::log_revoked;
use token_issuers::TokenIssuerKeys;

/// How often a node asks the database whether anything has changed: twice a second, so a revoked key is refused within a second.
const POLL: Duration = Duration::from_millis(500);
/// The shortest time between two such queries when a request names an unknown pool, application or key. Requests in between share the next query, so
/// made-up names cost PostgreSQL no more than that.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a key is published before it signs: many polls, and longer than a verifier may cache a JWKS ([`JWKS_MAX_AGE`]).
const AHEAD: Duration = Duration::from_mins(10);
/// How long a verifier may cache a JWKS. It is shorter than the time by which a key is published before it signs.
pub const JWKS_MAX_AGE: Duration = Duration::from_mins(5);
const _: () =
    assert!(JWKS_MAX_AGE.as_secs() < AHEAD.as_secs(), "a key would sign before verifiers know it");

/// The pools of all companies, for one process. Clones share the data.
#[derive(Clone)]
pub struct Pools(Arc<Shared>);

struct Shared {
    store: Store,
    seals: Seals,
    base: String,
    current: RwLock<Arc<Snapshot>>,
    /// When the database was last read.
    last_read: Mutex<Instant>,
    token_issuers: Mutex<HashMap<TokenIssuerKeys, Arc<TokenIssuer>>>,
    /// Held while the first keys of a pool are generated.
    first_keys: Mutex<()>,
}

impl Pools {
    /// Reads everything from the database. `base` is the public address, with which every issuer URL begins.
    ///
    /// # Errors
    /// [`PoolsError`] if the pools cannot be read.
    pub async fn start(store: Store, seals: Seals, base: String) -> Result<Self, PoolsError> {
        let first = Arc::new(read(&store, &base).await?);
        Ok(Self(Arc::new(Shared {
            store,
            seals,
            base,
            current: RwLock::new(first),
            last_read: Mutex::new(Instant::now()),
            token_issuers: Mutex::default(),
            first_keys: Mutex::default(),
        })))
    }

    /// Reads changes twice a second. It runs until the process ends.
    pub async fn follow(self) {
        let mut failing = false;
        loop {
            tokio::time::sleep(POLL).await;
            let failed = self.refresh_if_older(POLL / 2).await;
            if let Err(error) = &failed
                && !failing
            {
                tracing::warn!(%error, "idp.pools.not_read");
            }
            failing = failed.is_err();
        }
    }

    /// The current snapshot.
    pub(crate) fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the result of `find` on the current snapshot. If there is none, reads changes from the database and calls `find` again.
    ///
    /// # Errors
    /// [`PoolsError`] if the first call finds nothing and the database does not answer.
    pub(crate) async fn find<T>(
        &self,
        find: impl Fn(&Snapshot) -> Option<T>,
    ) -> Result<Option<T>, PoolsError> {
        if let Some(found) = find(&self.current()) {
            return Ok(Some(found));
        }
        self.refresh_now().await?;
        Ok(find(&self.current()))
    }

    /// The id of a company's pool.
    pub fn pool_of(&self, tenant: TenantId) -> Option<PoolId> {
        self.current().pool_of(tenant).map(|pool| pool.id().clone())
    }

    /// The pool with this id.
    ///
    /// # Errors
    /// [`PoolsError`] if this node does not know the pool and the database does not answer.
    pub async fn pool(&self, id: &PoolId) -> Result<Option<Arc<Pool>>, PoolsError> {
        self.find(|snapshot| snapshot.pool(id).cloned()).await
    }

    /// The application with this id, in any pool.
    ///
    /// # Errors
    /// [`PoolsError`] if this node does not know the application and the database does not answer.
    pub async fn application(&self, id: &ClientId) -> Result<Option<Application>, PoolsError> {
        self.find(|snapshot| snapshot.application(id).cloned()).await
    }

    /// The application with this id, if it belongs to this pool.
    ///
    /// # Errors
    /// As [`Self::application`].
    pub async fn application_of(
        &self,
        pool: &PoolId,
        id: &ClientId,
    ) -> Result<Option<Application>, PoolsError> {
        Ok(self.application(id).await?.filter(|known| known.pool.id() == pool))
    }

    /// The application of the product's own pages at this company. Every pool has one from the beginning.
    ///
    /// # Errors
    /// As [`Self::application`].
    pub async fn pages_application(
        &self,
        tenant: TenantId,
    ) -> Result<Option<Application>, PoolsError> {
        self.find(|snapshot| {
            let pool = snapshot.pool_of(tenant)?.id();
            let id: ClientId = format!("pages{}", pool.name()).parse().ok()?;
            snapshot.application(&id).filter(|known| known.pool.id() == pool).cloned()
        })
        .await
    }

    /// The seals of signing keys and client secrets.
    pub(crate) fn seals(&self) -> &Seals {
        &self.0.seals
    }

    /// The JWKS that a pool publishes at the time `now`. A pool without keys gets its first keys here, because a client would cache an empty set for minutes.
    ///
    /// # Errors
    /// [`PoolsError`] if the keys cannot be published, made or read.
    pub async fn published_keys(
        &self,
        pool: &Pool,
        now: DateTime<Utc>,
    ) -> Result<JwkSet, PoolsError> {
        let known = self.current().published(pool.id(), now)?;
        if !known.keys().is_empty() {
            return Ok(known);
        }
        self.token_issuer(pool, now).await?;
        Ok(self.current().published(pool.id(), now)?)
    }

    /// Verifies an ID token that names the user who is meant: it must be of this pool and of one of its applications, and it may have expired. `None` if it
    /// does not verify, for example because its key was removed.
    pub fn verify_id_token_hint(
        &self,
        text: &str,
        pool: &PoolId,
        now: DateTime<Utc>,
    ) -> Option<IdTokenHint> {
        self.current().verify_id_token_hint(text, pool, now)
    }

    /// Verifies a token of any pool as any JWT library does, and returns its contents. Revocations are not checked, because the token itself does not show
    /// them.
    ///
    /// # Errors
    /// [`InvalidToken`] if the token is not valid.
    pub fn inspect(&self, text: &str, now: DateTime<Utc>) -> Result<InspectedToken, InvalidToken> {
        self.current().ring().inspect(text, now)
    }

    /// Reads changes with a query that begins after this call, because an earlier query may have missed a new entry. Concurrent callers share one query.
    async fn refresh_now(&self) -> Result<(), PoolsError> {
        let arrived = Instant::now();
        let mut last_read = self.0.last_read.lock().await;
        if *last_read >= arrived {
            return Ok(());
        }
        tokio::time::sleep(PAUSE.saturating_sub(last_read.elapsed())).await;
        *last_read = self.read_changes().await?;
        Ok(())
    }

    /// Reads changes unless the last query is more recent than `age`. Concurrent callers share one query.
    pub(crate) async fn refresh_if_older(&self, age: Duration) -> Result<(), PoolsError> {
        let mut last_read = self.0.last_read.lock().await;
        if last_read.elapsed() < age {
            return Ok(());
        }
        *last_read = self.read_changes().await?;
        Ok(())
    }

    /// Reads everything again if the version has changed. Returns the time of the query, from which on the snapshot is known to be current.
    async fn read_changes(&self) -> Result<Instant, PoolsError> {
        let asked = Instant::now();
        if self.0.store.pools_version().await? != self.current().version {
            let next = Arc::new(read(&self.0.store, &self.0.base).await?);
            log_revoked(&self.current(), &next, Utc::now());
            *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(asked)
    }
}

async fn read(store: &Store, base: &str) -> Result<Snapshot, PoolsError> {
    // The version is read first: a change during the other reads gives a new version, so it is noticed.
    let version = store.pools_version().await?;
    let (pools, applications) = (store.pools().await?, store.app_clients().await?);
    Snapshot::of(version, base, pools, applications, store.signing_keys().await?)
}
