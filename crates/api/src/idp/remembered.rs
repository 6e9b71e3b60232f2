//! What was verified is remembered by the token's digest, for a moment; whether it was revoked is asked each time.

use std::{sync::Arc, time::Duration};

use domain::TenantId;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use share::Quota;

/// How many tokens, of all companies together. A company's are at most a quarter.
const MOST: usize = 10_000;
/// How long at most: what a tenant's records say of a person may have changed by then, although nothing was revoked.
const LONGEST: Duration = Duration::from_mins(1);

/// Tokens that were verified a moment ago. Clones share them.
pub(super) struct Remembered<T> {
    tokens: Cache<TokenDigest, Known<T>>,
    quota: Quota,
}

struct Known<T> {
    tenant: TenantId,
    verified: Arc<T>,
}

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
        let known = self.tokens.get(token)?.verified;
        holds(&known).then_some(known)
    }

    /// Remembers a token of this tenant, unless the tenant has its share: then the next request verifies it again.
    pub(super) fn keep(&self, token: TokenDigest, tenant: TenantId, verified: T) -> Arc<T> {
        let verified = Arc::new(verified);
        // Tokens that have expired may not have been swept yet.
        let fits = self.quota.take(tenant, 1) || {
            self.tokens.run_pending_tasks();
            self.quota.take(tenant, 1)
        };
        if fits {
            self.tokens.insert(token, Known { tenant, verified: Arc::clone(&verified) });
        }
        verified
    }
}

impl<T> Clone for Remembered<T> {
    fn clone(&self) -> Self {
        Self { tokens: self.tokens.clone(), quota: self.quota.clone() }
    }
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        Self { tenant: self.tenant, verified: Arc::clone(&self.verified) }
    }
}

impl<T: Send + Sync + 'static> Default for Remembered<T> {
    fn default() -> Self {
        Self::of_size(MOST)
    }
}

impl<T: Send + Sync + 'static> Remembered<T> {
    fn of_size(most: usize) -> Self {
        let quota = Quota::new(most / 4);
        let returned = quota.clone();
        let tokens = Cache::builder()
            .max_capacity(most as u64)
            .time_to_live(LONGEST)
            .eviction_listener(move |_, gone: Known<T>, _| returned.give_back(gone.tenant, 1))
            .build();
        Self { tokens, quota }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// O7, G3: a tenant with very many tokens pushes out none of another's.
    #[test]
    fn a_tenant_keeps_a_quarter_of_the_tokens() {
        let [acme, betaco] = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        let remembered = Remembered::of_size(40);
        let digest = |name: &str, number: usize| TokenDigest::of(&format!("{name} {number}"));
        remembered.keep(digest("betaco", 0), betaco, 0);
        for number in 0..100 {
            remembered.keep(digest("acme", number), acme, number);
        }
        remembered.tokens.run_pending_tasks();
        let kept = |number: &usize| remembered.find(&digest("acme", *number), |_| true).is_some();
        assert_eq!((0..100).filter(kept).count(), 10);
        assert!(remembered.find(&digest("betaco", 0), |_| true).is_some());
        remembered.tokens.invalidate_all();
        remembered.tokens.run_pending_tasks();
        remembered.keep(digest("acme", 100), acme, 100);
        assert!(kept(&100), "what was dropped is given back");
    }
}
