//! The harness's own runtime: connections outlive the test that opened them, so they must not live on that test's runtime.

use std::{panic::resume_unwind, sync::LazyLock};

use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("harness")
        .enable_all()
        .build()
        .expect("a runtime")
});

/// Runs the work on the harness's runtime and waits for it, from whatever runtime the caller is on.
pub(crate) async fn on_harness<F>(work: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    match RUNTIME.spawn(work).await {
        Ok(output) => output,
        Err(failed) => resume_unwind(failed.into_panic()),
    }
}
