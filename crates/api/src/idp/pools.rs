//! A node's copy of all pools, applications and keys, at most a second old, and the opened signing keys.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use seal::{SealedUnder, Seals};
use store::{NewSigningKey, Store, StoredKey};
use token::{
    Algorithm, InvalidIssuerUrl, InvalidKeyRing, KeyName, PreTokenHook, SigningKey,
    SigningKeyError, TokenIssuer, TokenUse, trusted_until,
};
use tokio::sync::Mutex;

use super::{
    revoked_key::log_revoked,
    snapshot::{Pool, Snapshot},
};

/// How often a node asks the database whether anything has changed: twice a second, so a revoked key is refused within a second.
const POLL: Duration = Duration::from_millis(500);
/// The shortest time between two such queries when a request names an unknown pool, application or key. Requests in between share the next query, so
/// made-up names cost PostgreSQL no more than that.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a key is published before it signs: many polls, and longer than a verifier may cache a JWKS ([`JWKS_MAX_AGE`]).
const AHEAD: Duration = Duration::from_mins(10);
/// How long a verifier may cache a JWKS. It is shorter than [`AHEAD`], so a cached JWKS has each key before the key signs.
pub(super) const JWKS_MAX_AGE: Duration = Duration::from_mins(5);
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
    looked: Mutex<Instant>,
    minters: Mutex<HashMap<MinterKey, Arc<TokenIssuer>>>,
    /// Held while the first keys of a pool are generated.
    making: Mutex<()>,
}

/// Identifies a minter: if one of these values changes, a new minter is made.
#[derive(PartialEq, Eq, Hash)]
struct MinterKey {
    /// The ids of the keys for ID and access tokens.
    kids: [String; 2],
    /// Whether access tokens get the claim `custom:tenant_id`.
    hooked: bool,
}

/// Why the pools could not be read, or a key could not sign.
#[derive(Debug, thiserror::Error)]
pub enum PoolsError {
    /// PostgreSQL did not answer.
    #[error("the pools could not be read from the database")]
    Store(#[from] store::Error),
    /// The public address is not a valid base for issuer URLs.
    #[error("the public address is not a valid base for issuer URLs")]
    Base(#[from] InvalidIssuerUrl),
    /// Two keys have the same `kid`, or a `kid` is not the thumbprint of its key.
    #[error("the key ids of the pools are not unique thumbprints")]
    Ring(#[from] InvalidKeyRing),
    /// A signing key could not be generated or opened.
    #[error("a signing key could not be generated or opened")]
    Key(#[from] SigningKeyError),
    /// A new signing key could not be sealed.
    #[error("a signing key could not be sealed")]
    Seal(#[from] seal::SealError),
    /// A signing key belongs to another pool or is for the other kind of token.
    #[error("a signing key does not belong to its pool")]
    Mixed(#[from] token::WrongKey),
    /// The task that generates keys panicked or was cancelled.
    #[error("the task that generates keys ended without a result")]
    Interrupted(#[from] tokio::task::JoinError),
    /// A pool has no signing key although one was just made.
    #[error("the pool has no signing key")]
    NoKeys,
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
            looked: Mutex::new(Instant::now()),
            minters: Mutex::default(),
            making: Mutex::default(),
        })))
    }

    /// Reads changes twice a second. It runs until the process ends.
    pub async fn follow(self) {
        let mut failing = false;
        loop {
            tokio::time::sleep(POLL).await;
            let failed = self.look(POLL / 2).await;
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

    /// The minter that signs for a pool at the time `now`. A pool without keys gets its first keys.
    ///
    /// # Errors
    /// [`PoolsError`] if a key cannot be made, opened or read.
    pub(crate) async fn minter(
        &self,
        pool: &Pool,
        now: DateTime<Utc>,
    ) -> Result<Arc<TokenIssuer>, PoolsError> {
        if let Some(keys) = signing(pool, now) {
            return self.opened(pool, keys).await;
        }
        self.add_first_keys(pool, now).await?;
        let current = self.current();
        let pool = current.pool(&pool.pool.id).ok_or(PoolsError::NoKeys)?;
        // Another node's clock may be slightly ahead.
        let keys = signing(pool, now + chrono::TimeDelta::minutes(1)).ok_or(PoolsError::NoKeys)?;
        self.opened(pool, keys).await
    }

    /// Gives a pool its first keys. Generating keys is slow and threads are shared, so only one request at a time does it and the others wait.
    async fn add_first_keys(&self, pool: &Pool, now: DateTime<Utc>) -> Result<(), PoolsError> {
        let _making = self.0.making.lock().await;
        let has_keys = |known: &Arc<Pool>| signing(known, now).is_some();
        if self.current().pool(&pool.pool.id).is_some_and(has_keys) {
            return Ok(());
        }
        let keys = self.fresh_keys(pool).await?;
        self.0.store.add_first_keys(&pool.pool.id, keys).await?;
        self.look(Duration::ZERO).await
    }

    /// Gives a pool its next keys. They are published now and sign after `ahead` (10 minutes if `None`). Returns `false` if the pool does not exist or if the
    /// previous rotation is not finished.
    ///
    /// # Errors
    /// [`PoolsError`] if keys cannot be generated or written.
    pub async fn rotate(
        &self,
        pool: &domain::PoolId,
        ahead: Option<Duration>,
    ) -> Result<bool, PoolsError> {
        self.look(Duration::ZERO).await?;
        let Some(pool) = self.current().pool(pool).cloned() else { return Ok(false) };
        let keys = self.fresh_keys(&pool).await?;
        let ahead = ahead.unwrap_or(AHEAD);
        let now = Utc::now();
        let outlive = (trusted_until(now) - now).to_std().unwrap_or_default();
        let turned = self.0.store.rotate_keys(&pool.pool.id, keys, ahead, outlive).await?;
        self.look(Duration::ZERO).await?;
        Ok(turned)
    }

    /// The ids of all pools whose newest key is older than `age`, for scheduled rotation (row T8).
    pub fn due(&self, age: Duration) -> Vec<domain::PoolId> {
        let age = chrono::TimeDelta::from_std(age).unwrap_or(chrono::TimeDelta::MAX);
        let (current, now) = (self.current(), Utc::now());
        let due = current.pools().filter(|pool| {
            let youngest = pool.keys.iter().map(|key| key.signs_from).max();
            youngest.is_some_and(|from| now - from > age)
        });
        due.map(|pool| pool.pool.id.clone()).collect()
    }

    /// The ids of keys that sign now or later but are sealed under a root key that this process does not have.
    pub fn locked_keys(&self) -> Vec<String> {
        let (current, now) = (self.current(), Utc::now());
        let locked =
            |key: &&StoredKey| self.0.seals.sealed_under(&key.sealed) == SealedUnder::Neither;
        let keys = current.pools().flat_map(|pool| {
            let later = pool.keys.iter().filter(|key| key.signs_from > now);
            signing(pool, now).into_iter().flatten().chain(later)
        });
        keys.filter(locked).map(|key| key.kid.clone()).collect()
    }

    /// The id of a company's pool.
    pub fn pool_of(&self, tenant: domain::TenantId) -> Option<domain::PoolId> {
        self.current().pool_of(tenant).map(|pool| pool.pool.id.clone())
    }

    /// The store that the pools are read from.
    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The seals of signing keys and client secrets.
    pub(crate) fn seals(&self) -> &Seals {
        &self.0.seals
    }

    /// Reads changes with a query that begins after this call, because an earlier query may have missed a new entry. Concurrent callers share one query.
    async fn refresh_now(&self) -> Result<(), PoolsError> {
        let arrived = Instant::now();
        let mut looked = self.0.looked.lock().await;
        if *looked >= arrived {
            return Ok(());
        }
        tokio::time::sleep(PAUSE.saturating_sub(looked.elapsed())).await;
        *looked = self.read_changes().await?;
        Ok(())
    }

    /// Reads changes unless the last query is more recent than `age`. Concurrent callers share one query.
    pub(super) async fn look(&self, age: Duration) -> Result<(), PoolsError> {
        let mut looked = self.0.looked.lock().await;
        if looked.elapsed() < age {
            return Ok(());
        }
        *looked = self.read_changes().await?;
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

    /// The minter with these keys. It is made once and then reused.
    async fn opened(
        &self,
        pool: &Pool,
        keys: [&StoredKey; 2],
    ) -> Result<Arc<TokenIssuer>, PoolsError> {
        let made_of = MinterKey {
            kids: keys.map(|key| key.kid.clone()),
            hooked: pool.pool.settings.tenant_claim,
        };
        let mut minters = self.0.minters.lock().await;
        if let Some(minter) = minters.get(&made_of) {
            return Ok(Arc::clone(minter));
        }
        let [id, access] = keys.map(|key| self.open(pool, key));
        let hook = if made_of.hooked { PreTokenHook::AddTenantId } else { PreTokenHook::Nothing };
        let minter = Arc::new(TokenIssuer::new(Arc::clone(&pool.issuer), id?, access?, hook)?);
        // Drops the minters whose keys no longer exist.
        let current = self.current();
        let alive =
            |kid: &String| current.pools().any(|pool| pool.keys.iter().any(|key| key.kid == *kid));
        minters.retain(|made_of, _| made_of.kids.iter().all(alive));
        minters.insert(made_of, Arc::clone(&minter));
        Ok(minter)
    }

    fn open(&self, pool: &Pool, key: &StoredKey) -> Result<SigningKey, PoolsError> {
        let unreadable = || SigningKeyError::OtherKey;
        let name = KeyName {
            pool: pool.pool.id.clone(),
            token_use: key.token_use.parse().map_err(|_| unreadable())?,
            algorithm: key.algorithm.parse().map_err(|_| unreadable())?,
            kid: key.kid.parse().map_err(|_| unreadable())?,
        };
        Ok(SigningKey::open(&self.0.seals, pool.pool.tenant, &name, &key.sealed)?)
    }

    /// Generates a key for each token use, on a blocking thread.
    pub(super) async fn fresh_keys(&self, pool: &Pool) -> Result<Vec<NewSigningKey>, PoolsError> {
        let (seals, pool) = (self.0.seals.clone(), pool.pool.clone());
        let made = tokio::task::spawn_blocking(move || {
            let algorithm = pool
                .settings
                .algorithm
                .parse::<Algorithm>()
                .map_err(|_| SigningKeyError::NotMade)?;
            [TokenUse::Id, TokenUse::Access]
                .map(|token_use| {
                    let key = SigningKey::generate(&pool.id, token_use, algorithm)?;
                    Ok(NewSigningKey {
                        kid: key.name().kid.to_string(),
                        token_use: token_use.as_str(),
                        algorithm: algorithm.as_str(),
                        public_jwk: serde_json::to_string(&key.public().to_jwk())
                            .map_err(|_| SigningKeyError::NotMade)?,
                        sealed: key.seal(&seals, pool.tenant)?,
                    })
                })
                .into_iter()
                .collect::<Result<Vec<_>, PoolsError>>()
        });
        made.await?
    }
}

async fn read(store: &Store, base: &str) -> Result<Snapshot, PoolsError> {
    // The version is read first: a change during the other reads gives a new version, so it is noticed.
    let version = store.pools_version().await?;
    let (pools, applications) = (store.pools().await?, store.app_clients().await?);
    Snapshot::of(version, base, pools, applications, store.signing_keys().await?)
}

/// The two keys that sign at `now`: for each token use the newest key that has started to sign.
fn signing(pool: &Pool, now: DateTime<Utc>) -> Option<[&StoredKey; 2]> {
    let latest = |token_use: TokenUse| {
        let of_use = pool.keys.iter().filter(|key| key.token_use == token_use.as_str());
        of_use.filter(|key| key.signs_from <= now).max_by_key(|key| key.signs_from)
    };
    Some([latest(TokenUse::Id)?, latest(TokenUse::Access)?])
}
