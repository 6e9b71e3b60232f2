//! The keys of other issuers, as they were read last. Who reads them, and from where, is not known here: a token never says.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use token::{ExternalIssuer, ExternalRing, JwkSet, Leeway, RejectedExternal};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    time::timeout,
};

use super::verify::Guest;
use crate::{Pools, idp::remembered::Remembered};

/// How long it is not asked for new keys again. Tokens with made-up keys cost an issuer no more than one question in that time.
const AGAIN: Duration = Duration::from_secs(10);
/// How long a request waits for the answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The issuers that companies trust by configuration, for one process. Clones share them.
#[derive(Clone)]
pub struct ExternalIssuers(Arc<Shared>);

struct Shared {
    pools: Pools,
    issuers: Vec<ExternalIssuer>,
    asking: Vec<mpsc::Sender<Asked>>,
    current: RwLock<Arc<Current>>,
    looked: Mutex<Option<Instant>>,
    remembered: Remembered<Guest>,
}

/// What is trusted at one moment. It never changes; the next one takes its place.
pub(super) struct Current {
    /// Another number is another set of keys.
    pub(super) version: u64,
    /// The keys that tokens are verified with.
    pub(super) ring: ExternalRing,
    keys: Vec<Option<JwkSet>>,
}

/// Where the keys of one issuer come in.
pub struct KeyFeed {
    issuers: ExternalIssuers,
    index: usize,
    asked: mpsc::Receiver<Asked>,
}

/// Somebody waits for new keys until this is dropped.
#[must_use = "whoever asked is told by its being dropped"]
pub struct Asked(#[expect(dead_code, reason = "it tells by being dropped")] oneshot::Sender<()>);

/// Why keys that came in are not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTrusted {
    /// A key has the name of one of ours. Tokens that name it are held against ours alone.
    #[error("a key has the `kid` of a key of ours")]
    NamedAsOurs,
    /// The sets of all issuers together make no ring.
    #[error("the keys do not go with those of the other issuers")]
    Ring(#[from] RejectedExternal),
}

impl ExternalIssuers {
    /// Trusts these issuers, as soon as their keys come in.
    ///
    /// # Errors
    /// [`RejectedExternal`] if a token could be meant for two of them.
    pub fn new(
        pools: Pools,
        issuers: Vec<ExternalIssuer>,
    ) -> Result<(Self, Vec<KeyFeed>), RejectedExternal> {
        let nothing = JwkSet::new(Vec::new());
        let each = issuers.iter().map(|issuer| Some((issuer.clone(), nothing.clone().ok()?)));
        // Whether one could be taken for another is known without a key.
        ExternalRing::new(each.flatten(), Leeway::default())?;
        let none = ExternalRing::new([], Leeway::default())?;
        let (asking, asked): (Vec<_>, Vec<_>) = issuers.iter().map(|_| mpsc::channel(1)).unzip();
        let keys = vec![None; issuers.len()];
        let known = Self(Arc::new(Shared {
            pools,
            issuers,
            asking,
            current: RwLock::new(Arc::new(Current { version: 0, ring: none, keys })),
            looked: Mutex::default(),
            remembered: Remembered::default(),
        }));
        let feed = |(index, asked)| KeyFeed { issuers: known.clone(), index, asked };
        let feeds = asked.into_iter().enumerate().map(feed).collect();
        Ok((known, feeds))
    }

    /// Whether no company trusts any.
    pub(super) fn are_none(&self) -> bool {
        self.0.issuers.is_empty()
    }

    /// What is trusted.
    pub(super) fn current(&self) -> Arc<Current> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The tokens that were verified a moment ago.
    pub(super) fn remembered(&self) -> &Remembered<Guest> {
        &self.0.remembered
    }

    /// Asks for new keys and waits for them a little, unless that was done a moment ago. Many who ask at once ask once.
    pub(super) async fn look(&self) {
        let mut looked = self.0.looked.lock().await;
        if looked.is_some_and(|at| at.elapsed() < AGAIN) {
            return;
        }
        *looked = Some(Instant::now());
        let ask = |asking: &mpsc::Sender<Asked>| {
            let (asked, answered) = oneshot::channel();
            asking.try_send(Asked(asked)).ok().map(|()| answered)
        };
        let answers = join_all(self.0.asking.iter().filter_map(ask));
        if timeout(PATIENCE, answers).await.is_err() {
            tracing::debug!("idp.external_keys.late");
        }
    }

    fn change(&self, index: usize, new: Option<JwkSet>) -> Result<(), NotTrusted> {
        let ours = self.0.pools.current();
        let mut named = new.iter().flat_map(JwkSet::keys);
        if named.any(|key| ours.ring().has(key.kid())) {
            return Err(NotTrusted::NamedAsOurs);
        }
        let mut current = self.0.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.keys.get(index).is_none_or(|known| *known == new) {
            return Ok(());
        }
        let mut keys = current.keys.clone();
        keys[index] = new;
        let each = self.0.issuers.iter().cloned().zip(keys.iter().cloned());
        let each = each.filter_map(|(issuer, keys)| Some((issuer, keys?)));
        let ring = ExternalRing::new(each, Leeway::default())?;
        *current = Arc::new(Current { version: current.version + 1, ring, keys });
        Ok(())
    }
}

impl KeyFeed {
    /// Whose keys are wanted.
    pub fn issuer(&self) -> &ExternalIssuer {
        &self.issuers.0.issuers[self.index]
    }

    /// Waits until somebody shows a token with a key that is not known. It holds one end of that wire itself, so there is always somebody who could.
    pub async fn asked(&mut self) -> Option<Asked> {
        self.asked.recv().await
    }

    /// Trusts these keys, and those before no longer.
    ///
    /// # Errors
    /// [`NotTrusted`]: then those before are still trusted.
    pub fn learn(&self, keys: JwkSet) -> Result<(), NotTrusted> {
        self.issuers.change(self.index, Some(keys))
    }

    /// Trusts none any more.
    pub fn forget(&self) {
        if let Err(error) = self.issuers.change(self.index, None) {
            tracing::error!(%error, "idp.external_keys.not_forgotten");
        }
    }
}
