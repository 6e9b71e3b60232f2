//! The keys of external issuers, as they were last read. The `server` crate reads them, from configured addresses and never from one that a token names.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use token::{ExternalIssuer, ExternalKeyRing, InvalidExternalKeyRing, JwkSet, Leeway};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    time::timeout,
};

use super::ExternalIdentity;
use crate::{Pools, token_cache::TokenCache};

/// The shortest time between two requests for new keys. Tokens with made-up key ids cost an issuer at most one query in that time.
const PAUSE: Duration = Duration::from_secs(10);
/// How long an API request waits for new keys.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The external issuers that companies trust by configuration, for one process. Clones share the data.
#[derive(Clone)]
pub struct ExternalIssuers(Arc<Shared>);

struct Shared {
    pools: Pools,
    issuers: Vec<ExternalIssuer>,
    requests: Vec<mpsc::Sender<KeyRequest>>,
    current: RwLock<Arc<Current>>,
    last_request: Mutex<Option<Instant>>,
    token_cache: TokenCache<ExternalIdentity>,
}

/// The keys that are trusted now. It never changes; a newer value replaces it.
pub(crate) struct Current {
    /// Increases with each change of the keys.
    pub(crate) version: u64,
    /// The keys that external tokens are verified with.
    pub(crate) ring: ExternalKeyRing,
    keys: Vec<Option<JwkSet>>,
}

/// The handle through which the `server` crate delivers the keys of one issuer.
pub struct KeyFeed {
    issuers: ExternalIssuers,
    index: usize,
    requests: mpsc::Receiver<KeyRequest>,
}

/// A request for new keys. The API request that sent it waits until this value is dropped.
#[must_use = "dropping it tells the waiting request that the keys were read"]
pub struct KeyRequest(#[expect(dead_code, reason = "it acts when dropped")] oneshot::Sender<()>);

/// Why delivered keys are not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectedKeys {
    /// A key has the `kid` of one of our own keys. Tokens with that `kid` are verified with our own key only.
    #[error("an external key has the `kid` of one of our own keys")]
    OwnKeyId,
    /// The keys conflict with those of the other issuers.
    #[error("the keys conflict with those of the other external issuers")]
    Ring(#[from] InvalidExternalKeyRing),
}

impl ExternalIssuers {
    /// Trusts these issuers. Their tokens are accepted once their keys were delivered through the returned feeds, one for each issuer.
    ///
    /// # Errors
    /// [`InvalidExternalKeyRing`] if a token could belong to two of the issuers.
    pub fn new(
        pools: Pools,
        issuers: Vec<ExternalIssuer>,
    ) -> Result<(Self, Vec<KeyFeed>), InvalidExternalKeyRing> {
        let nothing = JwkSet::new(Vec::new());
        let each = issuers.iter().map(|issuer| Some((issuer.clone(), nothing.clone().ok()?)));
        // The check for ambiguous issuers needs no keys.
        ExternalKeyRing::new(each.flatten(), Leeway::default())?;
        let none = ExternalKeyRing::new([], Leeway::default())?;
        let (requests, receivers): (Vec<_>, Vec<_>) =
            issuers.iter().map(|_| mpsc::channel(1)).unzip();
        let keys = vec![None; issuers.len()];
        let known = Self(Arc::new(Shared {
            pools,
            issuers,
            requests,
            current: RwLock::new(Arc::new(Current { version: 0, ring: none, keys })),
            last_request: Mutex::default(),
            token_cache: TokenCache::default(),
        }));
        let feed = |(index, requests)| KeyFeed { issuers: known.clone(), index, requests };
        let feeds = receivers.into_iter().enumerate().map(feed).collect();
        Ok((known, feeds))
    }

    /// Whether no company trusts an external issuer.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.issuers.is_empty()
    }

    /// The keys that are trusted now.
    pub(crate) fn current(&self) -> Arc<Current> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The cache of verified external tokens.
    pub(crate) fn token_cache(&self) -> &TokenCache<ExternalIdentity> {
        &self.0.token_cache
    }

    /// Asks for new keys and waits up to 3 seconds for them, unless they were asked for in the last 10 seconds. Concurrent callers share one query.
    pub(crate) async fn request_keys(&self) {
        let mut last_request = self.0.last_request.lock().await;
        if last_request.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        *last_request = Some(Instant::now());
        let request = |requests: &mpsc::Sender<KeyRequest>| {
            let (request, delivered) = oneshot::channel();
            requests.try_send(KeyRequest(request)).ok().map(|()| delivered)
        };
        let deliveries = join_all(self.0.requests.iter().filter_map(request));
        if timeout(TIMEOUT, deliveries).await.is_err() {
            tracing::debug!("idp.external_keys.late");
        }
    }

    fn change(&self, index: usize, new: Option<JwkSet>) -> Result<(), RejectedKeys> {
        let ours = self.0.pools.current();
        let mut named = new.iter().flat_map(JwkSet::keys);
        if named.any(|key| ours.ring().has(key.kid())) {
            return Err(RejectedKeys::OwnKeyId);
        }
        let mut current = self.0.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.keys.get(index).is_none_or(|known| *known == new) {
            return Ok(());
        }
        let mut keys = current.keys.clone();
        keys[index] = new;
        let each = self.0.issuers.iter().cloned().zip(keys.iter().cloned());
        let each = each.filter_map(|(issuer, keys)| Some((issuer, keys?)));
        let ring = ExternalKeyRing::new(each, Leeway::default())?;
        *current = Arc::new(Current { version: current.version + 1, ring, keys });
        Ok(())
    }
}

impl KeyFeed {
    /// The issuer whose keys this feed delivers.
    pub fn issuer(&self) -> &ExternalIssuer {
        &self.issuers.0.issuers[self.index]
    }

    /// Waits until a request needs new keys, because its token names an unknown key. It never returns `None`: the feed itself keeps the channel open.
    pub async fn requested(&mut self) -> Option<KeyRequest> {
        self.requests.recv().await
    }

    /// Replaces the trusted keys of this issuer.
    ///
    /// # Errors
    /// [`RejectedKeys`] if the new keys are refused. The previous keys stay trusted.
    pub fn deliver(&self, keys: JwkSet) -> Result<(), RejectedKeys> {
        self.issuers.change(self.index, Some(keys))
    }

    /// Removes all trusted keys of this issuer.
    pub fn withdraw(&self) {
        if let Err(error) = self.issuers.change(self.index, None) {
            tracing::error!(%error, "idp.external_keys.not_withdrawn");
        }
    }
}
