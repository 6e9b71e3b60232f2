//! Waits for a condition, with a deadline. No other code in these tests may wait for a fixed time.

use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(30);

/// Calls `look` until it returns a value. Panics after 30 seconds.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = look().await {
            return answer;
        }
        assert!(begun.elapsed() < DEADLINE, "timed out waiting for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
