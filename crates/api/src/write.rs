//! The only way for a request to change cached data: behind a fence, which stays only if the outcome is unknown.

use cache::Entity;
use store::Error;

use crate::{Api, error::ApiError, extract::ChangesRows};

/// Runs `work` between two epochs of these entities: after this returns, no node serves the old data.
///
/// An error after which nothing can have been committed is passed on as a result, so that the fence is dropped at once: a client must not be able to switch its
/// company's cache off with a request that fails. After an unknown outcome ([`Error::may_be_committed`]) the fence stays until its lease ends, and readers go
/// to PostgreSQL (row G8).
///
/// # Errors
/// The error of `work`; 503 if Redis does not take the fence: then `work` was not started.
pub(crate) async fn write<T, F>(
    api: &Api,
    writer: &impl ChangesRows,
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
