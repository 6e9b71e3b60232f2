//! Counters in this process, used while Redis does not answer. Each node then counts alone.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

use crate::{attempt::Bucket, limit::Limit};

/// The most counters per limit. With more names than this, attempts are refused until counters have decayed: memory stays bounded, and guessing stays limited.
const MAX_COUNTERS: usize = 10_000;

type Limiter<C> =
    RateLimiter<String, HashMapStateStore<String>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// One limiter per limit. Attempts cannot be given back here, so correct secrets count too.
pub(crate) struct LocalLimits<C: Clock = DefaultClock> {
    clock: C,
    limiters: Mutex<Vec<(Limit, Limiter<C>)>>,
}

impl Default for LocalLimits {
    fn default() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl<C: Clock + Clone> LocalLimits<C> {
    fn with_clock(clock: C) -> Self {
        Self { clock, limiters: Mutex::default() }
    }

    /// Takes an attempt from every counter. If one allows none, returns the time to wait; counters checked before it keep the attempt.
    pub(crate) fn take(&self, buckets: &[Bucket]) -> Result<(), Duration> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        for bucket in buckets {
            let limiter = limiter(&mut limiters, bucket.limit, &self.clock)?;
            if limiter.len() >= MAX_COUNTERS {
                limiter.retain_recent();
            }
            if limiter.len() >= MAX_COUNTERS {
                return Err(bucket.limit.period());
            }
            limiter
                .check_key(&bucket.key)
                .map_err(|not_until: NotUntil<_>| not_until.wait_time_from(self.clock.now()))?;
        }
        Ok(())
    }
}

/// Returns the limiter of this limit and creates it if needed. There are as many limiters as different limits in the configuration.
fn limiter<'l, C: Clock + Clone>(
    limiters: &'l mut Vec<(Limit, Limiter<C>)>,
    limit: Limit,
    clock: &C,
) -> Result<&'l Limiter<C>, Duration> {
    let known = limiters.iter().position(|(known, _)| *known == limit);
    let at = if let Some(at) = known {
        at
    } else {
        let quota = Quota::with_period(limit.period()).ok_or(limit.period())?;
        let quota = quota.allow_burst(limit.burst());
        limiters.push((limit, RateLimiter::hashmap_with_clock(quota, clock.clone())));
        limiters.len() - 1
    };
    Ok(&limiters[at].1)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn bucket(key: &str, limit: &str) -> Bucket {
        Bucket { key: key.to_owned(), limit: limit.parse().unwrap() }
    }

    /// G2: after the burst an attempt is refused with the time to wait, and allowed once that time is over.
    #[test]
    fn an_attempt_is_allowed_again_after_the_time_to_wait() {
        let clock = FakeRelativeClock::default();
        let local = LocalLimits::with_clock(clock.clone());
        let buckets = [bucket("a", "3/120"), bucket("b", "50/60")];
        for _burst in 0..3 {
            assert_eq!(local.take(&buckets), Ok(()));
        }
        let wait = local.take(&buckets).unwrap_err();
        assert_eq!(wait, Duration::from_mins(2));
        clock.advance(wait.saturating_sub(Duration::from_millis(1)));
        assert_eq!(local.take(&buckets), Err(Duration::from_millis(1)));
        clock.advance(Duration::from_millis(1));
        assert_eq!(local.take(&buckets), Ok(()));
        assert_eq!(local.take(&[bucket("another", "3/120")]), Ok(()));
    }

    /// G2: a flood of names uses bounded memory, and decayed counters are removed.
    #[test]
    fn the_number_of_counters_is_bounded() {
        let clock = FakeRelativeClock::default();
        let local = LocalLimits::with_clock(clock.clone());
        let named = |number: usize| [bucket(&number.to_string(), "1/60")];
        for number in 0..MAX_COUNTERS {
            assert_eq!(local.take(&named(number)), Ok(()));
        }
        assert!(local.take(&named(MAX_COUNTERS)).is_err());
        clock.advance(Duration::from_mins(2));
        assert_eq!(local.take(&named(MAX_COUNTERS)), Ok(()));
        assert!(local.limiters.lock().unwrap()[0].1.len() < MAX_COUNTERS);
    }
}
