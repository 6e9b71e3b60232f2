//! The circuit breaker of a Redis link. It bounds the commands in flight, gives each tenant a share of them, and fails at once while Redis is down.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use share::{Full, Holder, Place, Places};

/// The most commands in flight on one link, of all tenants together. One more is refused at once.
const MAX_COMMANDS: usize = 1_024;
/// The interval between attempts while Redis does not answer: one command per interval is sent.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// After this many broken connections in a row, commands are refused. A single one is allowed: a restart of Redis breaks the connection.
const MAX_BROKEN_CONNECTIONS: u32 = 2;

/// The reason why a command was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSent {
    /// Redis did not answer, and the next attempt is not due yet.
    #[error("Redis is down: it did not answer the last command")]
    Down,
    /// This tenant, or all tenants together, have too many commands in flight.
    #[error("too many Redis commands are in flight")]
    Full(#[from] Full),
}

/// Decides whether a command is sent to Redis. It lets commands pass as long as Redis answers.
pub(crate) struct CircuitBreaker {
    created_at: Instant,
    /// Milliseconds since `created_at` at which one command may be sent again; 0 while commands pass.
    retry_at: AtomicU64,
    /// Milliseconds since `created_at` of the last reply.
    replied_at: AtomicU64,
    failures: AtomicU32,
    in_flight: Places,
}

impl CircuitBreaker {
    pub(crate) fn new() -> Self {
        Self {
            created_at: Instant::now(),
            retry_at: AtomicU64::new(0),
            replied_at: AtomicU64::new(0),
            failures: AtomicU32::new(0),
            in_flight: Places::without_waiting("redis", MAX_COMMANDS),
        }
    }

    /// Lets a command pass and returns its place. While Redis is known to be down, one command per interval is allowed.
    ///
    /// # Errors
    /// [`NotSent`] if Redis is known to be down, or the holder has its share of commands in flight.
    pub(crate) fn admit(&self, holder: Holder) -> Result<Place, NotSent> {
        let retry_at = self.retry_at.load(Ordering::Acquire);
        let is_open = retry_at != 0
            && (self.now() < retry_at
                || self
                    .retry_at
                    .compare_exchange(
                        retry_at,
                        self.next_retry(),
                        Ordering::AcqRel,
                        Ordering::Acquire,
                    )
                    .is_err());
        if is_open { Err(NotSent::Down) } else { Ok(self.in_flight.take(holder)?) }
    }

    /// Records a reply of Redis: commands pass again.
    pub(crate) fn record_reply(&self) {
        self.replied_at.store(self.now(), Ordering::Release);
        self.failures.store(0, Ordering::Release);
        self.retry_at.store(0, Ordering::Release);
    }

    /// Whether Redis has answered any command within `period`.
    pub(crate) fn replied_within(&self, period: Duration) -> bool {
        let since = self.now().saturating_sub(self.replied_at.load(Ordering::Acquire));
        Duration::from_millis(since) < period
    }

    /// Records that the connection broke or could not be made.
    pub(crate) fn record_break(&self) {
        if self.failures.fetch_add(1, Ordering::AcqRel) + 1 >= MAX_BROKEN_CONNECTIONS {
            self.retry_at.store(self.next_retry(), Ordering::Release);
        }
    }

    /// Records a timeout. Returns how many timeouts and broken connections have occurred in a row.
    pub(crate) fn record_timeout(&self) -> u32 {
        self.retry_at.store(self.next_retry(), Ordering::Release);
        self.failures.fetch_add(1, Ordering::AcqRel) + 1
    }

    fn now(&self) -> u64 {
        u64::try_from(self.created_at.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn next_retry(&self) -> u64 {
        self.now() + u64::try_from(RETRY_INTERVAL.as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use domain::TenantId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_number_of_commands_under_way_is_bounded() {
        let circuit_breaker = CircuitBreaker::new();
        let in_flight: Vec<_> =
            std::iter::from_fn(|| circuit_breaker.admit(Holder::Node).ok()).collect();
        assert_eq!(in_flight.len(), MAX_COMMANDS / 2);
        assert_eq!(circuit_breaker.admit(Holder::Node).err(), Some(NotSent::Full(Full::Share)));
        drop(in_flight);
        assert!(circuit_breaker.admit(Holder::Node).is_ok());
    }

    /// G3: a flood at one tenant does not block the commands of the others.
    #[test]
    fn a_flood_at_one_tenant_is_refused_and_the_others_pass() {
        let circuit_breaker = CircuitBreaker::new();
        let [acme, betaco] =
            [1, 2].map(|id| Holder::Tenant(TenantId::from_uuid(Uuid::from_u128(id))));
        let flood: Vec<_> = std::iter::from_fn(|| circuit_breaker.admit(acme).ok()).collect();
        let others: Vec<_> = (0..100).map(|_| circuit_breaker.admit(betaco)).collect();
        assert!(others.iter().all(Result::is_ok), "{} of the flood", flood.len());
        assert!(circuit_breaker.admit(acme).is_err());
    }

    /// O6: while Redis does not answer, one command per interval is sent; the others are refused at once.
    #[test]
    fn while_redis_is_down_one_command_per_interval_is_sent() {
        let circuit_breaker = CircuitBreaker::new();
        circuit_breaker.record_timeout();
        assert_eq!(circuit_breaker.admit(Holder::Node).err(), Some(NotSent::Down));
        while circuit_breaker.now() < circuit_breaker.retry_at.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        assert!(circuit_breaker.admit(Holder::Node).is_ok(), "one command is sent");
        assert!(circuit_breaker.admit(Holder::Node).is_err(), "the next is refused");
        circuit_breaker.record_reply();
        assert!(
            circuit_breaker.admit(Holder::Node).is_ok()
                && circuit_breaker.admit(Holder::Node).is_ok()
        );
    }

    #[test]
    fn one_broken_connection_is_not_an_outage() {
        let circuit_breaker = CircuitBreaker::new();
        circuit_breaker.record_break();
        assert!(circuit_breaker.admit(Holder::Node).is_ok());
        circuit_breaker.record_break();
        assert!(circuit_breaker.admit(Holder::Node).is_err());
    }
}
