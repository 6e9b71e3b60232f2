//! Waiting for a condition, with a deadline. Nothing else in these tests may let time pass.

use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(30);

/// Looks again and again until there is an answer.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = look().await {
            return answer;
        }
        assert!(begun.elapsed() < DEADLINE, "waited for {what}, in vain");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
