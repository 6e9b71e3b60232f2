//! Keeps up with the keys of one issuer: now and then, and when a token names a key that nobody knows.

use std::time::Duration;

use api::{Asked, KeyFeed};
use tokio::time::{Instant, sleep_until};

use super::fetch::Source;

/// How often the keys are read again: how long one that the issuer has taken back is trusted still.
const USUAL: Duration = Duration::from_mins(10);
/// How long after a failure they are tried again; twice that after the next, and so on.
const SOON: Duration = Duration::from_secs(1);
/// But never later than this.
const LATE: Duration = Duration::from_mins(1);
/// How long keys are trusted that the issuer no longer says. Every token that it had issued before is over by then.
const STALE: Duration = Duration::from_hours(24);

/// Reads the keys for as long as the process lives: one question at a time.
pub(super) async fn follow(mut feed: KeyFeed, source: Source) {
    let (mut pace, mut waiting) = (Pace::default(), None);
    loop {
        let failed = match source.read().await {
            Ok(keys) => feed.learn(keys).map_err(anyhow::Error::from).err(),
            Err(error) => Some(error.into()),
        };
        // With its causes, on one line.
        let failed = failed.map(|error| format!("{error:#}"));
        let issuer = &feed.issuer().url;
        match (&failed, pace.failures) {
            (Some(error), 0) => tracing::warn!(%issuer, error, "idp.external_keys.not_read"),
            (Some(error), _) => tracing::debug!(%issuer, error, "idp.external_keys.not_read"),
            (None, 0) => tracing::debug!(%issuer, "idp.external_keys.read"),
            (None, _) => tracing::info!(%issuer, "idp.external_keys.read"),
        }
        if pace.note(failed.is_none(), Instant::now()) {
            tracing::error!(%issuer, "idp.external_keys.stale");
            feed.forget();
        }
        // Whoever asked for this has the answer now.
        drop(waiting.take());
        waiting = pace.wait(&mut feed).await;
    }
}

/// When the next question is.
#[derive(Default)]
struct Pace {
    failures: u32,
    trusted_until: Option<Instant>,
}

impl Pace {
    /// Notes how the last question went. `true` if the keys are too old to be trusted from now on.
    fn note(&mut self, read: bool, now: Instant) -> bool {
        if read {
            *self = Self { failures: 0, trusted_until: Some(now + STALE) };
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        self.trusted_until.take_if(|until| *until <= now).is_some()
    }

    fn pause(&self) -> Duration {
        match self.failures {
            0 => USUAL,
            failures => SOON.saturating_mul(1 << (failures - 1).min(6)).min(LATE),
        }
    }

    /// Waits until it is time, or until somebody asks, who is told by what is returned. While the issuer fails nobody makes it sooner, and whoever asks
    /// is told at once.
    async fn wait(&self, feed: &mut KeyFeed) -> Option<Asked> {
        let time = sleep_until(Instant::now() + self.pause());
        tokio::pin!(time);
        loop {
            tokio::select! {
                () = &mut time => return None,
                asked = feed.asked() => if self.failures == 0 { return asked },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T11: an issuer that fails is asked after a second, two, four, and so on, and at least once a minute.
    #[test]
    fn failures_are_answered_with_patience() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let mut pause = || {
            assert!(!pace.note(false, now), "there is nothing to forget");
            pace.pause().as_secs()
        };
        let pauses: Vec<u64> = (0..9).map(|_| pause()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        pace.note(true, now);
        assert_eq!(pace.pause(), USUAL);
        pace.failures = u32::MAX;
        assert_eq!(pace.pause(), LATE);
    }

    /// T11: keys are trusted for a day after the issuer last said them, and forgotten once.
    #[test]
    fn keys_are_trusted_for_a_day_without_their_issuer() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        assert!(!pace.note(true, now));
        assert!(!pace.note(false, now + STALE - Duration::from_secs(1)));
        assert!(pace.note(false, now + STALE));
        assert!(!pace.note(false, now + STALE * 2));
        pace.note(true, now + STALE * 3);
        assert!(!pace.note(false, now + STALE * 3));
    }
}
