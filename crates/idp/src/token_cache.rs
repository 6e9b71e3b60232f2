//! A cache of verified tokens, by the token's digest, for at most a minute. Whether a token was revoked is still checked at each request.

use std::{sync::Arc, time::Duration};

use domain::TenantId;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use share::Quota;

/// The most tokens in the cache, of all companies together. One company has at most a quarter.
const MOST: usize = 10_000;
/// The longest time a token stays in the cache. The user's role or link may change in that time although nothing was revoked.
const LONGEST: Duration = Duration::from_mins(1);

/// A cache of verified tokens. Clones share it.
pub(crate) struct TokenCache<T> {
    tokens: Cache<TokenDigest, Entry<T>>,
    quota: Quota,
}

struct Entry<T> {
    tenant: TenantId,
    verified: Arc<T>,
}

/// The SHA-256 digest of a token's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Digests the text of a token.
    pub(crate) fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

impl<T: Send + Sync + 'static> TokenCache<T> {
    /// The cached entry of a token, if there is one and `is_current` accepts it as still current.
    pub(crate) fn find(
        &self,
        token: &TokenDigest,
        is_current: impl FnOnce(&T) -> bool,
    ) -> Option<Arc<T>> {
        let known = self.tokens.get(token)?.verified;
        is_current(&known).then_some(known)
    }

    /// Adds a token of this tenant to the cache. If the tenant's share is full the token is not added, and the next request verifies it again.
    pub(crate) fn insert(&self, token: TokenDigest, tenant: TenantId, verified: T) -> Arc<T> {
        let verified = Arc::new(verified);
        // Expired entries may still count against the quota: remove them and try again.
        let fits = self.quota.take(tenant, 1) || {
            self.tokens.run_pending_tasks();
            self.quota.take(tenant, 1)
        };
        if fits {
            self.tokens.insert(token, Entry { tenant, verified: Arc::clone(&verified) });
        }
        verified
    }
}

impl<T> Clone for TokenCache<T> {
    fn clone(&self) -> Self {
        Self { tokens: self.tokens.clone(), quota: self.quota.clone() }
    }
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self { tenant: self.tenant, verified: Arc::clone(&self.verified) }
    }
}

impl<T: Send + Sync + 'static> Default for TokenCache<T> {
    fn default() -> Self {
        Self::of_size(MOST)
    }
}

impl<T: Send + Sync + 'static> TokenCache<T> {
    fn of_size(most: usize) -> Self {
        let quota = Quota::new(most / 4);
        let returned = quota.clone();
        let tokens = Cache::builder()
            .max_capacity(most as u64)
            .time_to_live(LONGEST)
            .eviction_listener(move |_, gone: Entry<T>, _| returned.give_back(gone.tenant, 1))
            .build();
        Self { tokens, quota }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// O7, G3: a tenant with very many tokens does not evict another tenant's tokens.
    #[test]
    fn a_tenant_keeps_at_most_a_quarter_of_the_tokens() {
        let [acme, betaco] = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        let token_cache = TokenCache::of_size(40);
        let digest = |name: &str, number: usize| TokenDigest::of(&format!("{name} {number}"));
        token_cache.insert(digest("betaco", 0), betaco, 0);
        for number in 0..100 {
            token_cache.insert(digest("acme", number), acme, number);
        }
        token_cache.tokens.run_pending_tasks();
        let kept = |number: &usize| token_cache.find(&digest("acme", *number), |_| true).is_some();
        assert_eq!((0..100).filter(kept).count(), 10);
        assert!(token_cache.find(&digest("betaco", 0), |_| true).is_some());
        token_cache.tokens.invalidate_all();
        token_cache.tokens.run_pending_tasks();
        token_cache.insert(digest("acme", 100), acme, 100);
        assert!(kept(&100), "a removed entry frees its share");
    }
}
