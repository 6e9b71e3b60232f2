//! The Lua scripts that count attempts in Redis, with a clock that the test sets.

use e2e::{Redis, db_redis};
use redis::aio::MultiplexedConnection;
use uuid::Uuid;

const TAKE: &str = include_str!("../../../../crates/throttle/src/take.lua");
const GIVE_BACK: &str = include_str!("../../../../crates/throttle/src/give_back.lua");
const NOW: &str = "local now = time[1] * 1000 + math.floor(time[2] / 1000)";

/// Counters of one test, with a clock that it sets.
struct Counters {
    redis: MultiplexedConnection,
    keys: Vec<String>,
    /// The period in milliseconds and the burst of each counter.
    limits: Vec<(u64, u64)>,
}

impl Counters {
    async fn of(limits: &[(u64, u64)]) -> Self {
        let redis = db_redis::open(&Redis::shared().await.url()).await;
        let tenant = Uuid::new_v4();
        let keys = (0..limits.len()).map(|number| format!("throttle:{{{tenant}}}:{number}"));
        Self { redis, keys: keys.collect(), limits: limits.to_vec() }
    }

    async fn run(&mut self, script: &str, now: u64) -> u64 {
        assert!(
            script.contains(NOW),
            "the script no longer contains the line that this test replaces"
        );
        let mut command = redis::cmd("EVAL");
        command.arg(script.replace(NOW, &format!("local now = {now}"))).arg(self.keys.len());
        self.keys.iter().for_each(|key| {
            command.arg(key);
        });
        self.limits.iter().for_each(|(period, burst)| {
            command.arg(period).arg(burst);
        });
        command.query_async(&mut self.redis).await.unwrap()
    }

    /// Takes one attempt. Returns the time to wait in milliseconds, or 0 if the attempt is allowed.
    async fn take(&mut self, now: u64) -> u64 {
        self.run(TAKE, now).await
    }
}

const BEGIN: u64 = 4_000_000_000_000;

/// G2: a counter allows its burst, then one attempt per period, and returns the time to wait in milliseconds.
#[tokio::test]
async fn a_counter_allows_a_burst_and_then_one_attempt_per_period() {
    let mut counters = Counters::of(&[(120_000, 3)]).await;
    for _burst in 0..3 {
        assert_eq!(counters.take(BEGIN).await, 0);
    }
    assert_eq!(counters.take(BEGIN).await, 120_000);
    assert_eq!(counters.take(BEGIN + 50_000).await, 70_000, "a refused attempt costs nothing");
    assert_eq!(counters.take(BEGIN + 120_000).await, 0);
    assert_eq!(counters.take(BEGIN + 120_000).await, 120_000);
    // After a long time the counter allows a full burst again, and not more.
    let later = BEGIN + 100_000_000;
    for _burst in 0..3 {
        assert_eq!(counters.take(later).await, 0);
    }
    assert_eq!(counters.take(later).await, 120_000);
}

/// G2: an attempt is taken from all counters or from none.
#[tokio::test]
async fn a_refused_attempt_is_taken_from_no_counter() {
    let mut counters = Counters::of(&[(1_000, 1), (1_000, 3)]).await;
    assert_eq!(counters.take(BEGIN).await, 0);
    for _refused in 0..20 {
        assert_eq!(counters.take(BEGIN).await, 1_000);
    }
    counters.keys.remove(0);
    counters.limits.remove(0);
    for _left in 0..2 {
        assert_eq!(counters.take(BEGIN).await, 0);
    }
    assert_eq!(counters.take(BEGIN).await, 1_000);
}

/// G2: an attempt that is given back can be made again. Giving back more attempts than were taken has no effect.
#[tokio::test]
async fn an_attempt_that_is_given_back_can_be_made_again() {
    let mut counters = Counters::of(&[(60_000, 2)]).await;
    for _right in 0..10 {
        assert_eq!(counters.take(BEGIN).await, 0);
        counters.run(GIVE_BACK, BEGIN).await;
    }
    for _more in 0..5 {
        counters.run(GIVE_BACK, BEGIN).await;
    }
    assert_eq!([counters.take(BEGIN).await, counters.take(BEGIN).await], [0, 0]);
    assert_eq!(counters.take(BEGIN).await, 60_000);
}

/// G2: a counter expires, and a clock that is set back locks no client out for longer than a full counter does.
#[tokio::test]
async fn a_counter_expires_and_locks_no_client_out_for_ever() {
    let mut counters = Counters::of(&[(60_000, 2)]).await;
    counters.take(BEGIN).await;
    counters.take(BEGIN).await;
    let left: i64 =
        redis::cmd("PTTL").arg(&counters.keys[0]).query_async(&mut counters.redis).await.unwrap();
    assert!((1..=120_000).contains(&left), "{left}");
    assert_eq!(counters.take(BEGIN - 10_000_000).await, 60_000);
}
