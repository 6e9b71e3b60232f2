//! Before a Redis that does not answer: a bounded number of commands may wait, each tenant has a share of them, and while Redis is known to be down none waits.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use share::{Full, Holder, Place, Places};

/// How many commands may be under way on one link, of all tenants together; the next is refused at once.
const MOST: usize = 1_024;
/// How long a Redis that fell silent is left alone before one command asks again.
const PAUSE: Duration = Duration::from_millis(100);
/// How many commands in a row may fail on a connection that broke, before the gate closes. The first is how a restart is noticed.
const BROKEN: u32 = 2;

/// Why a command was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSent {
    /// Redis did not answer a moment ago.
    #[error("it is known not to answer")]
    Down,
    /// Too many commands are under way: of this tenant, or of all.
    #[error("too many commands are under way")]
    Full(#[from] Full),
}

/// Who may ask Redis. Open as long as it answers.
pub(crate) struct Gate {
    began: Instant,
    /// Milliseconds since `began` at which one command may ask again; 0 while the gate is open.
    again_at: AtomicU64,
    /// Milliseconds since `began` at which it answered last.
    answered_at: AtomicU64,
    failures: AtomicU32,
    inside: Places,
}

impl Gate {
    pub(crate) fn open() -> Self {
        Self {
            began: Instant::now(),
            again_at: AtomicU64::new(0),
            answered_at: AtomicU64::new(0),
            failures: AtomicU32::new(0),
            inside: Places::without_waiting("redis", MOST),
        }
    }

    /// Lets a command pass. While Redis is known to be down, one command per interval is allowed.
    ///
    /// # Errors
    /// [`NotSent`] if Redis is known to be down, or the holder has as many commands under way as it may.
    pub(crate) fn enter(&self, holder: Holder) -> Result<Place, NotSent> {
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
        if closed { Err(NotSent::Down) } else { Ok(self.inside.take(holder)?) }
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
    use domain::TenantId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_a_bounded_number_is_inside() {
        let gate = Gate::open();
        let inside: Vec<_> = std::iter::from_fn(|| gate.enter(Holder::Node).ok()).collect();
        assert_eq!(inside.len(), MOST / 2);
        assert_eq!(gate.enter(Holder::Node).err(), Some(NotSent::Full(Full::Share)));
        drop(inside);
        assert!(gate.enter(Holder::Node).is_ok());
    }

    /// G3: a flood at one tenant leaves the link to the commands of the others.
    #[test]
    fn a_flood_at_one_tenant_is_refused_and_the_others_pass() {
        let gate = Gate::open();
        let [acme, betaco] =
            [1, 2].map(|id| Holder::Tenant(TenantId::from_uuid(Uuid::from_u128(id))));
        let flood: Vec<_> = std::iter::from_fn(|| gate.enter(acme).ok()).collect();
        let others: Vec<_> = (0..100).map(|_| gate.enter(betaco)).collect();
        assert!(others.iter().all(Result::is_ok), "{} of the flood", flood.len());
        assert!(gate.enter(acme).is_err());
    }

    /// O6: of a flood that meets a silent Redis one asks again, the others are answered at once.
    #[test]
    fn while_redis_is_down_one_may_try_after_each_pause() {
        let gate = Gate::open();
        gate.fell_silent();
        assert_eq!(gate.enter(Holder::Node).err(), Some(NotSent::Down));
        while gate.now() < gate.again_at.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        assert!(gate.enter(Holder::Node).is_ok(), "one may try");
        assert!(gate.enter(Holder::Node).is_err(), "and no other");
        gate.answered();
        assert!(gate.enter(Holder::Node).is_ok() && gate.enter(Holder::Node).is_ok());
    }

    #[test]
    fn one_broken_connection_is_not_an_outage() {
        let gate = Gate::open();
        gate.broke();
        assert!(gate.enter(Holder::Node).is_ok());
        gate.broke();
        assert!(gate.enter(Holder::Node).is_err());
    }
}
