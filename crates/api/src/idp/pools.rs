//! What a node knows of pools, applications and keys: all of them, as new as a second ago; and the keys that sign, opened once.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use seal::{SealedUnder, Seals};
use store::{NewSigningKey, Store, StoredKey};
use token::{
    Algorithm, InvalidIssuerUrl, KeyName, Minter, NoKey, PreTokenHook, RejectedRing, SigningKey,
    TokenUse, trusted_until,
};
use tokio::sync::Mutex;

use super::{
    revoked_key::log_revoked,
    snapshot::{Pool, Snapshot},
};

/// How often the database is asked whether anything has changed: twice a second, so that a revoked key is untrusted within one.
const POLL: Duration = Duration::from_millis(500);
/// How long lies between two questions at least when somebody names what is not known. All who do meanwhile wait for the next one, so made-up names
/// cost PostgreSQL no more than that.
const PAUSE: Duration = Duration::from_millis(100);
/// How long before it signs a key is shown: many polls, and longer than a verifier may keep a JWKS ([`JWKS_MAX_AGE`]).
const AHEAD: Duration = Duration::from_mins(10);
/// For how long a JWKS may be kept, so that whoever keeps one knows a key before it signs.
pub(super) const JWKS_MAX_AGE: Duration = Duration::from_mins(5);
const _: () = assert!(JWKS_MAX_AGE.as_secs() < AHEAD.as_secs(), "a key signs before it is known");

/// All pools of all companies, for one process. Clones share it.
#[derive(Clone)]
pub struct Pools(Arc<Shared>);

struct Shared {
    store: Store,
    seals: Seals,
    base: String,
    current: RwLock<Arc<Snapshot>>,
    looked: Mutex<Instant>,
    minters: Mutex<HashMap<MadeOf, Arc<Minter>>>,
    /// Held while first keys are made.
    making: Mutex<()>,
}

/// What a minter is made of: with another of these it is another one.
#[derive(PartialEq, Eq, Hash)]
struct MadeOf {
    /// The keys for ID and access tokens.
    kids: [String; 2],
    /// Whether the tenant is added to access tokens.
    hooked: bool,
}

/// Why pools cannot be read, or a key cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum PoolsError {
    /// The database does not answer.
    #[error("the pools cannot be read")]
    Store(#[from] store::Error),
    /// The public address makes no issuer.
    #[error("the public address makes no issuer")]
    Base(#[from] InvalidIssuerUrl),
    /// Two keys have one name, or a key has a name that is not its own.
    #[error("the keys of the pools cannot be told apart")]
    Ring(#[from] RejectedRing),
    /// A key cannot be made or opened.
    #[error("a signing key cannot be used")]
    Key(#[from] NoKey),
    /// A key cannot be sealed.
    #[error("a signing key cannot be sealed")]
    NotSealed(#[from] seal::NotSealed),
    /// Keys of a pool do not fit to each other.
    #[error("the keys of a pool do not belong to it")]
    Mixed(#[from] token::WrongKey),
    /// The task that made a key was lost.
    #[error("the task that makes keys ended without an answer")]
    Interrupted(#[from] tokio::task::JoinError),
    /// A pool has no key although one was just made.
    #[error("a pool has no signing key")]
    NoKeys,
}

impl Pools {
    /// Reads all that there is. `base` is the public address: every issuer begins with it.
    ///
    /// # Errors
    /// [`PoolsError`] if it cannot be read.
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

    /// Keeps up with what changes, for as long as the process lives.
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

    /// What is known.
    pub(crate) fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What `find` finds; if it finds nothing, the database is asked whether there is something new, and `find` again.
    ///
    /// # Errors
    /// [`PoolsError`] if there is nothing and the database does not answer.
    pub(crate) async fn find<T>(
        &self,
        find: impl Fn(&Snapshot) -> Option<T>,
    ) -> Result<Option<T>, PoolsError> {
        if let Some(found) = find(&self.current()) {
            return Ok(Some(found));
        }
        self.look_once_more().await?;
        Ok(find(&self.current()))
    }

    /// What signs for a pool at this moment. A pool that has no keys yet is given its first.
    ///
    /// # Errors
    /// [`PoolsError`] if a key cannot be made, opened or read.
    pub(crate) async fn minter(
        &self,
        pool: &Pool,
        now: DateTime<Utc>,
    ) -> Result<Arc<Minter>, PoolsError> {
        if let Some(keys) = signing(pool, now) {
            return self.opened(pool, keys).await;
        }
        self.begin_keys(pool, now).await?;
        let current = self.current();
        let pool = current.pool(&pool.pool.id).ok_or(PoolsError::NoKeys)?;
        // Another node's clock may be ahead of ours by a little.
        let keys = signing(pool, now + chrono::TimeDelta::minutes(1)).ok_or(PoolsError::NoKeys)?;
        self.opened(pool, keys).await
    }

    /// Gives a pool its first keys. Keys take long to make and threads are shared, so requests make one pair at a time and the others wait for it.
    async fn begin_keys(&self, pool: &Pool, now: DateTime<Utc>) -> Result<(), PoolsError> {
        let _making = self.0.making.lock().await;
        let has_keys = |known: &Arc<Pool>| signing(known, now).is_some();
        if self.current().pool(&pool.pool.id).is_some_and(has_keys) {
            return Ok(());
        }
        let keys = self.fresh_keys(pool).await?;
        self.0.store.begin_keys(&pool.pool.id, keys).await?;
        self.look(Duration::ZERO).await
    }

    /// Gives a pool its next keys: they are shown now and sign after `ahead` ([`Self::ahead`] if not said). `false` if the last turn is not over.
    ///
    /// # Errors
    /// [`PoolsError`] if keys cannot be made or written.
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

    /// The ids of all pools whose youngest key is older than this, for rotation on schedule (row T8).
    pub fn due(&self, age: Duration) -> Vec<domain::PoolId> {
        let age = chrono::TimeDelta::from_std(age).unwrap_or(chrono::TimeDelta::MAX);
        let (current, now) = (self.current(), Utc::now());
        let due = current.pools().filter(|pool| {
            let youngest = pool.keys.iter().map(|key| key.signs_from).max();
            youngest.is_some_and(|from| now - from > age)
        });
        due.map(|pool| pool.pool.id.clone()).collect()
    }

    /// The kids of keys that have to sign, now or later, and are sealed under a root key that this process does not have.
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

    /// The pool of a company.
    pub fn pool_of(&self, tenant: domain::TenantId) -> Option<domain::PoolId> {
        self.current().pool_of(tenant).map(|pool| pool.pool.id.clone())
    }

    /// The database.
    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The keys under which secrets are sealed.
    pub(crate) fn seals(&self) -> &Seals {
        &self.0.seals
    }

    /// Asks whether anything has changed by now. What was asked before does not do: what is named may have been made since. Many who want to know ask once.
    async fn look_once_more(&self) -> Result<(), PoolsError> {
        let arrived = Instant::now();
        let mut looked = self.0.looked.lock().await;
        if *looked >= arrived {
            return Ok(());
        }
        tokio::time::sleep(PAUSE.saturating_sub(looked.elapsed())).await;
        *looked = self.read_changes().await?;
        Ok(())
    }

    /// Asks whether anything has changed, unless that was asked within `age`. Many who ask at once ask once.
    pub(super) async fn look(&self, age: Duration) -> Result<(), PoolsError> {
        let mut looked = self.0.looked.lock().await;
        if looked.elapsed() < age {
            return Ok(());
        }
        *looked = self.read_changes().await?;
        Ok(())
    }

    /// Reads everything anew if anything has changed; returns as of when that is known.
    async fn read_changes(&self) -> Result<Instant, PoolsError> {
        let asked = Instant::now();
        if self.0.store.pools_version().await? != self.current().version {
            let next = Arc::new(read(&self.0.store, &self.0.base).await?);
            log_revoked(&self.current(), &next, Utc::now());
            *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(asked)
    }

    /// The private halves, opened once.
    async fn opened(&self, pool: &Pool, keys: [&StoredKey; 2]) -> Result<Arc<Minter>, PoolsError> {
        let made_of = MadeOf {
            kids: keys.map(|key| key.kid.clone()),
            hooked: pool.pool.settings.tenant_claim,
        };
        let mut minters = self.0.minters.lock().await;
        if let Some(minter) = minters.get(&made_of) {
            return Ok(Arc::clone(minter));
        }
        let [id, access] = keys.map(|key| self.open(pool, key));
        let hook = if made_of.hooked { PreTokenHook::AddTenantId } else { PreTokenHook::Nothing };
        let minter = Arc::new(Minter::new(Arc::clone(&pool.issuer), id?, access?, hook)?);
        // Those of keys that have gone go too.
        let current = self.current();
        let alive =
            |kid: &String| current.pools().any(|pool| pool.keys.iter().any(|key| key.kid == *kid));
        minters.retain(|made_of, _| made_of.kids.iter().all(alive));
        minters.insert(made_of, Arc::clone(&minter));
        Ok(minter)
    }

    fn open(&self, pool: &Pool, key: &StoredKey) -> Result<SigningKey, PoolsError> {
        let unreadable = || NoKey::OtherKey;
        let name = KeyName {
            pool: pool.pool.id.clone(),
            token_use: key.token_use.parse().map_err(|_| unreadable())?,
            algorithm: key.algorithm.parse().map_err(|_| unreadable())?,
            kid: key.kid.parse().map_err(|_| unreadable())?,
        };
        Ok(SigningKey::open(&self.0.seals, pool.pool.tenant, &name, &key.sealed)?)
    }

    /// A pair of new keys, made where nobody waits for the processor.
    pub(super) async fn fresh_keys(&self, pool: &Pool) -> Result<Vec<NewSigningKey>, PoolsError> {
        let (seals, pool) = (self.0.seals.clone(), pool.pool.clone());
        let made = tokio::task::spawn_blocking(move || {
            let algorithm =
                pool.settings.algorithm.parse::<Algorithm>().map_err(|_| NoKey::NotMade)?;
            [TokenUse::Id, TokenUse::Access]
                .map(|token_use| {
                    let key = SigningKey::generate(&pool.id, token_use, algorithm)?;
                    Ok(NewSigningKey {
                        kid: key.name().kid.to_string(),
                        token_use: token_use.as_str(),
                        algorithm: algorithm.as_str(),
                        public_jwk: serde_json::to_string(&key.public().to_jwk())
                            .map_err(|_| NoKey::NotMade)?,
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
    // The number first: whatever changes while the rest is read makes it another one.
    let version = store.pools_version().await?;
    let (pools, applications) = (store.pools().await?, store.app_clients().await?);
    Snapshot::of(version, base, pools, applications, store.signing_keys().await?)
}

/// The two keys that sign: of each use the latest whose time has come.
fn signing(pool: &Pool, now: DateTime<Utc>) -> Option<[&StoredKey; 2]> {
    let latest = |token_use: TokenUse| {
        let of_use = pool.keys.iter().filter(|key| key.token_use == token_use.as_str());
        of_use.filter(|key| key.signs_from <= now).max_by_key(|key| key.signs_from)
    };
    Some([latest(TokenUse::Id)?, latest(TokenUse::Access)?])
}
