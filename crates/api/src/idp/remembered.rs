//! What was verified is remembered by the token's digest, for a moment; whether it was revoked is asked each time.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use sha2::{Digest, Sha256};

/// How many tokens, of all companies together.
const MOST: u64 = 10_000;
/// How long at most: what a tenant's records say of a person may have changed by then, although nothing was revoked.
const LONGEST: Duration = Duration::from_mins(1);

/// Tokens that were verified a moment ago. Clones share them.
pub(super) struct Remembered<T>(Cache<TokenDigest, Arc<T>>);

/// SHA-256 of a token as it was shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// That of this text.
    pub(super) fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

impl<T: Send + Sync + 'static> Remembered<T> {
    /// What is remembered of a token, if it still holds.
    pub(super) fn find(
        &self,
        token: &TokenDigest,
        holds: impl FnOnce(&T) -> bool,
    ) -> Option<Arc<T>> {
        self.0.get(token).filter(|known| holds(known))
    }

    /// Remembers a token.
    pub(super) fn keep(&self, token: TokenDigest, verified: T) -> Arc<T> {
        let verified = Arc::new(verified);
        self.0.insert(token, Arc::clone(&verified));
        verified
    }
}

impl<T> Clone for Remembered<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + Sync + 'static> Default for Remembered<T> {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(LONGEST).build())
    }
}
