//! Asks the counters before a secret is checked, and gives the attempt back if the secret was right.

use std::{fmt, sync::Arc, time::Duration};

use seal::Seals;
use session::RedisLink;

use crate::{
    attempt::{Attempt, Bucket, Rule},
    limit::Limits,
    local::Local,
    shared,
};

/// The limits on guessing of one worker. Clones share the counters.
#[derive(Clone)]
pub struct Throttle {
    link: RedisLink,
    seals: Seals,
    limits: Arc<Limits>,
    local: Arc<Local>,
}

/// There were too many attempts. The same for a name that exists and one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts ({})", rule.as_str())]
pub struct Refused {
    /// Which rule refused it.
    pub rule: Rule,
    /// How long the client must wait.
    pub retry_after: Duration,
}

/// An attempt that was counted. Dropped, it stays counted, also if the client goes away while its secret is being checked.
#[must_use = "an attempt at the right secret is given back"]
pub struct Reservation {
    link: RedisLink,
    /// Empty if Redis did not answer.
    buckets: Vec<Bucket>,
}

impl Throttle {
    /// Counts over this link to the session Redis.
    pub fn new(link: RedisLink, seals: Seals, limits: Limits) -> Self {
        Self { link, seals, limits: Arc::new(limits), local: Arc::new(Local::default()) }
    }

    /// The same counters over another link.
    #[must_use]
    pub fn with_link(&self, link: RedisLink) -> Self {
        Self { link, ..self.clone() }
    }

    /// An attempt that an earlier request counted: the secret of a challenge is checked by the request that answers it.
    pub fn counted(&self, attempt: &Attempt<'_>) -> Reservation {
        let buckets = attempt.buckets(&self.seals, &self.limits);
        Reservation { link: self.link.clone(), buckets }
    }

    /// Counts an attempt before its secret is checked, so that a burst of concurrent guesses is not checked for free.
    ///
    /// While Redis does not answer, this node's own counters decide.
    ///
    /// # Errors
    /// [`Refused`] if a counter allows no attempt at the moment; then none is counted.
    pub async fn reserve(&self, attempt: &Attempt<'_>) -> Result<Reservation, Refused> {
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
                Err(Refused { rule, retry_after })
            }
        }
    }
}

impl Reservation {
    /// Gives the attempt back: the secret was right, or was not checked. If Redis does not answer, the attempt stays counted until it decays.
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
