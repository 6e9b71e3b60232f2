//! The harness's own runtime. Connections outlive the test that opened them, so they must not belong to that test's runtime.

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

/// Runs `work` on the harness's runtime and waits for it. The caller may be on any runtime.
pub(crate) async fn on_harness<F>(work: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    match RUNTIME.spawn(work).await {
        Ok(output) => output,
        Err(failed) => resume_unwind(failed.into_panic()),
    }
}
