//! Waiting for a condition, with a deadline. Nothing else in the tests may let time pass.

use std::time::{Duration, Instant};

/// Looks again and again until there is an answer.
///
/// # Panics
/// With what was waited for, once the deadline is over.
pub async fn until<T>(what: &str, within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = look().await {
            return answer;
        }
        assert!(begun.elapsed() < within, "waited {within:?} for {what}, in vain");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Lets others go on before something is tried again.
pub(crate) async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
