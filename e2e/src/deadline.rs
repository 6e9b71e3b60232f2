//! Waits for a condition, with a deadline. Nothing else in the tests may sleep.

use std::time::{Duration, Instant};

/// Calls `look` repeatedly until it returns a value.
///
/// # Panics
/// With the description of what was expected, once the deadline has passed.
pub async fn until<T>(what: &str, within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = look().await {
            return answer;
        }
        assert!(begun.elapsed() < within, "timed out after {within:?} waiting for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Sleeps briefly before a retry.
pub(crate) async fn pause_before_retry() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
