//! The one way a request writes what is cached: behind the fence, which stands on only if the outcome is unknown.

use cache::Entity;
use store::Error;

use crate::{Api, error::ApiError, permitted::Writer};

/// Runs `work` between two epochs of these entities: once this has returned, no node serves what was true before.
///
/// An error with which nothing can have been committed comes back as a result, so that the fence is dropped at once: a client must not be able to
/// switch its company's cache off with a request that fails. Only after an unknown outcome ([`Error::may_be_committed`]) the fence stands until its
/// lease ends, and readers go to PostgreSQL (row G8).
///
/// # Errors
/// That of `work`; 503 if Redis does not take the fence, and then `work` was not begun.
pub(crate) async fn write<T, F>(
    api: &Api,
    writer: &Writer,
    entities: &[Entity],
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let answered = move || {
        let work = work();
        async move {
            match work.await {
                Err(error) if error.may_be_committed() => Err(error),
                decided => Ok(decided),
            }
        }
    };
    let answer: Result<T, Error> = api.cache.write(&writer.context, entities, answered).await?;
    Ok(answer?)
}
