//! The one way a request writes what is cached: behind the fence, and a refusal is an answer like any other.

use cache::Entity;
use store::{Error, Refusal};

use crate::{Api, error::ApiError, permitted::Writer};

/// Does the work between two epochs of these entities: once this has returned, no node serves what was true before.
///
/// A refusal wrote nothing, so it comes back as a result and the fence goes at once. A failure may have been committed; its fence
/// stands until the lease ends, and readers go to PostgreSQL.
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
                Ok(done) => Ok(Ok(done)),
                Err(Error::Refused(refusal)) => Ok(Err(refusal)),
                Err(error) => Err(error),
            }
        }
    };
    let answer: Result<T, Refusal> = api.cache.write(&writer.context, entities, answered).await?;
    Ok(answer?)
}
