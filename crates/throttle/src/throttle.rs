//! Counts an attempt before its secret is checked, and gives the attempt back if the secret was right.

use std::{fmt, sync::Arc, time::Duration};

use seal::Seals;
use session::RedisLink;

use crate::{
    attempt::{Attempt, Bucket, Rule},
    limit::AttemptLimits,
    local_limits::LocalLimits,
    shared,
};

/// The limits on guessing of one worker. Clones share the counters.
#[derive(Clone)]
pub struct Throttle {
    link: RedisLink,
    seals: Seals,
    limits: Arc<AttemptLimits>,
    local: Arc<LocalLimits>,
}

/// Too many attempts. The error is the same for a name that exists and for one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts ({})", rule.as_str())]
pub struct TooManyAttempts {
    /// The rule that refused the attempt.
    pub rule: Rule,
    /// The time that the client must wait before the next attempt.
    pub retry_after: Duration,
}

/// A counted attempt. If it is dropped, it stays counted, for example when the client disconnects while its secret is checked.
#[must_use = "give the attempt back if the secret was right"]
pub struct Reservation {
    link: RedisLink,
    /// Empty if Redis did not answer and the local counters were used.
    buckets: Vec<Bucket>,
}

impl Throttle {
    /// Counts in the session Redis that `link` reaches.
    pub fn new(link: RedisLink, seals: Seals, limits: AttemptLimits) -> Self {
        Self { link, seals, limits: Arc::new(limits), local: Arc::new(LocalLimits::default()) }
    }

    /// Returns a throttle with the same limits and local counters that uses another link.
    #[must_use]
    pub fn with_link(&self, link: RedisLink) -> Self {
        Self { link, ..self.clone() }
    }

    /// Returns the reservation for an attempt that an earlier request counted. Used when the secret of a challenge is checked by the request that answers it.
    pub fn counted(&self, attempt: &Attempt<'_>) -> Reservation {
        let buckets = attempt.buckets(&self.seals, &self.limits);
        Reservation { link: self.link.clone(), buckets }
    }

    /// Counts an attempt before its secret is checked, so that concurrent guesses are counted too.
    ///
    /// While Redis does not answer, this node's own counters decide.
    ///
    /// # Errors
    /// [`TooManyAttempts`] if a counter allows no attempt at the moment; the counters in Redis are then unchanged.
    pub async fn reserve(&self, attempt: &Attempt<'_>) -> Result<Reservation, TooManyAttempts> {
        let buckets = attempt.buckets(&self.seals, &self.limits);
        let (taken, buckets) = match shared::take(&self.link, &buckets).await {
            Ok(taken) => (taken, buckets),
            Err(error) => {
                tracing::debug!(%error, "throttle.counters.not_shared");
                (self.local.take(&buckets), Vec::new())
            }
        };
        match taken {
            Ok(()) => Ok(Reservation { link: self.link.clone(), buckets }),
            Err(retry_after) => {
                let rule = attempt.rule;
                metrics::counter!("watertight_throttled_total", "rule" => rule.as_str())
                    .increment(1);
                Err(TooManyAttempts { rule, retry_after })
            }
        }
    }
}

impl Reservation {
    /// Gives the attempt back: the secret was right, or was not checked. If Redis does not answer, the attempt stays counted until the counter decays.
    pub async fn give_back(self) {
        if self.buckets.is_empty() {
            return;
        }
        if let Err(error) = shared::give_back(&self.link, &self.buckets).await {
            tracing::debug!(%error, "throttle.attempt.not_given_back");
        }
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").field("limits", &self.limits).finish_non_exhaustive()
    }
}
