//! Refreshes the keys of one external issuer: on a schedule, and when a token names an unknown key.

use std::time::Duration;

use idp::{KeyFeed, KeyRequest};
use tokio::time::{Instant, sleep_until};

use super::fetch::Source;

/// How often the keys are fetched. A key that the issuer withdraws stays trusted for at most this long.
const POLL_INTERVAL: Duration = Duration::from_mins(10);
/// The pause after the first failure. It doubles with each further failure.
const MIN_RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// The longest pause after a failure.
const MAX_RETRY_INTERVAL: Duration = Duration::from_mins(1);
/// How long keys stay trusted while they cannot be fetched. Every token issued before has expired by then.
const MAX_KEY_AGE: Duration = Duration::from_hours(24);

/// Fetches the keys again and again until the process ends, with one request at a time.
pub(super) async fn follow(mut feed: KeyFeed, source: Source) {
    let (mut schedule, mut waiting) = (PollSchedule::default(), None);
    loop {
        let failed = match source.read().await {
            Ok(keys) => feed.deliver(keys).map_err(anyhow::Error::from).err(),
            Err(error) => Some(error.into()),
        };
        // The error with its causes, on one line.
        let failed = failed.map(|error| format!("{error:#}"));
        let issuer = &feed.issuer().url;
        match (&failed, schedule.failures) {
            (Some(error), 0) => tracing::warn!(%issuer, error, "idp.external_keys.not_read"),
            (Some(error), _) => tracing::debug!(%issuer, error, "idp.external_keys.not_read"),
            (None, 0) => tracing::debug!(%issuer, "idp.external_keys.read"),
            (None, _) => tracing::info!(%issuer, "idp.external_keys.read"),
        }
        if schedule.note(failed.is_none(), Instant::now()) {
            tracing::error!(%issuer, "idp.external_keys.stale");
            feed.withdraw();
        }
        // This releases the requests that wait for the result.
        drop(waiting.take());
        waiting = schedule.wait(&mut feed).await;
    }
}

/// Decides when the keys are fetched next, and when they are too old.
#[derive(Default)]
struct PollSchedule {
    failures: u32,
    trusted_until: Option<Instant>,
}

impl PollSchedule {
    /// Records the result of the last fetch. Returns `true` if the keys have just become too old to be trusted.
    fn note(&mut self, read: bool, now: Instant) -> bool {
        if read {
            *self = Self { failures: 0, trusted_until: Some(now + MAX_KEY_AGE) };
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        self.trusted_until.take_if(|until| *until <= now).is_some()
    }

    fn pause(&self) -> Duration {
        match self.failures {
            0 => POLL_INTERVAL,
            failures => MIN_RETRY_INTERVAL
                .saturating_mul(1 << (failures - 1).min(6))
                .min(MAX_RETRY_INTERVAL),
        }
    }

    /// Waits for the scheduled time, or until a request asks for new keys; that request waits until the returned value is dropped. After a failure the
    /// schedule is kept, and a request that asks is released at once.
    async fn wait(&self, feed: &mut KeyFeed) -> Option<KeyRequest> {
        let time = sleep_until(Instant::now() + self.pause());
        tokio::pin!(time);
        loop {
            tokio::select! {
                () = &mut time => return None,
                request = feed.requested() => if self.failures == 0 { return request },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T11: after failures the pauses are one second, two, four, and so on, and at most one minute.
    #[test]
    fn failures_are_retried_with_growing_pauses() {
        let (mut schedule, now) = (PollSchedule::default(), Instant::now());
        let mut pause = || {
            assert!(!schedule.note(false, now), "there are no keys to remove");
            schedule.pause().as_secs()
        };
        let pauses: Vec<u64> = (0..9).map(|_| pause()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        schedule.note(true, now);
        assert_eq!(schedule.pause(), POLL_INTERVAL);
        schedule.failures = u32::MAX;
        assert_eq!(schedule.pause(), MAX_RETRY_INTERVAL);
    }

    /// T11: keys are trusted for a day after the issuer last published them, and then removed once.
    #[test]
    fn keys_are_trusted_for_a_day_without_their_issuer() {
        let (mut schedule, now) = (PollSchedule::default(), Instant::now());
        assert!(!schedule.note(true, now));
        assert!(!schedule.note(false, now + MAX_KEY_AGE - Duration::from_secs(1)));
        assert!(schedule.note(false, now + MAX_KEY_AGE));
        assert!(!schedule.note(false, now + MAX_KEY_AGE * 2));
        schedule.note(true, now + MAX_KEY_AGE * 3);
        assert!(!schedule.note(false, now + MAX_KEY_AGE * 3));
    }
}
