//! Before a Redis that does not answer: a bounded number may wait, and while it is known to be down nobody does.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many commands may be under way on one link; the next is refused at once.
const MOST: usize = 1_024;
/// How long a Redis that fell silent is left alone before one command asks again.
const PAUSE: Duration = Duration::from_millis(100);
/// How many commands in a row may fail on a connection that broke, before the gate closes. The first is how a restart is noticed.
const BROKEN: u32 = 2;

/// Who may ask Redis. Open as long as it answers.
pub(crate) struct Gate {
    began: Instant,
    /// Milliseconds since `began` at which one command may ask again; 0 while the gate is open.
    again_at: AtomicU64,
    /// Milliseconds since `began` at which it answered last.
    answered_at: AtomicU64,
    failures: AtomicU32,
    inside: Semaphore,
}

impl Gate {
    pub(crate) fn open() -> Self {
        Self {
            began: Instant::now(),
            again_at: AtomicU64::new(0),
            answered_at: AtomicU64::new(0),
            failures: AtomicU32::new(0),
            inside: Semaphore::new(MOST),
        }
    }

    /// Lets a command pass, or not: too many are under way, or Redis is known to be down. Of those who ask while it is, one in each pause may try.
    pub(crate) fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let again_at = self.again_at.load(Ordering::Acquire);
        let closed = again_at != 0
            && (self.now() < again_at
                || self
                    .again_at
                    .compare_exchange(
                        again_at,
                        self.after_a_pause(),
                        Ordering::AcqRel,
                        Ordering::Acquire,
                    )
                    .is_err());
        if closed { None } else { self.inside.try_acquire().ok() }
    }

    /// Redis has answered.
    pub(crate) fn answered(&self) {
        self.answered_at.store(self.now(), Ordering::Release);
        self.failures.store(0, Ordering::Release);
        self.again_at.store(0, Ordering::Release);
    }

    /// Whether it has answered anybody of late.
    pub(crate) fn answered_within(&self, of_late: Duration) -> bool {
        let since = self.now().saturating_sub(self.answered_at.load(Ordering::Acquire));
        Duration::from_millis(since) < of_late
    }

    /// The connection broke, or none could be made.
    pub(crate) fn broke(&self) {
        if self.failures.fetch_add(1, Ordering::AcqRel) + 1 >= BROKEN {
            self.again_at.store(self.after_a_pause(), Ordering::Release);
        }
    }

    /// Redis said nothing in time. Returns how often that or a break has happened in a row.
    pub(crate) fn fell_silent(&self) -> u32 {
        self.again_at.store(self.after_a_pause(), Ordering::Release);
        self.failures.fetch_add(1, Ordering::AcqRel) + 1
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn after_a_pause(&self) -> u64 {
        self.now() + u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bounded_number_is_inside() {
        let gate = Gate::open();
        let inside: Vec<_> = (0..MOST).map(|_| gate.enter().unwrap()).collect();
        assert!(gate.enter().is_none());
        drop(inside);
        assert!(gate.enter().is_some());
    }

    /// O6: of a flood that meets a silent Redis one asks again, the others are answered at once.
    #[test]
    fn while_redis_is_down_one_may_try_after_each_pause() {
        let gate = Gate::open();
        gate.fell_silent();
        assert!(gate.enter().is_none());
        while gate.now() < gate.again_at.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        assert!(gate.enter().is_some(), "one may try");
        assert!(gate.enter().is_none(), "and no other");
        gate.answered();
        assert!(gate.enter().is_some() && gate.enter().is_some());
    }

    #[test]
    fn one_broken_connection_is_not_an_outage() {
        let gate = Gate::open();
        gate.broke();
        assert!(gate.enter().is_some());
        gate.broke();
        assert!(gate.enter().is_none());
    }
}
