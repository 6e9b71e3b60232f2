//! Replays revocations to one generation of Redis, over a connection that ends with its process.

use futures_util::{FutureExt, future::BoxFuture};
use redis::{RedisError, aio::MultiplexedConnection, pipe};

use crate::{
    backend::ReplayTarget,
    error::Error,
    generation::{Generation, Marker},
    redis_error::store_error,
    redis_records,
    revocation::Revocation,
};

/// The connection does not reconnect. If Redis restarts meanwhile, the connection fails and the new generation is not marked.
pub(crate) struct RedisReplay {
    connection: MultiplexedConnection,
    generation: Generation,
}

impl RedisReplay {
    /// Begins a replay. Returns `None` if another node has marked this generation already; this node then uses that marker.
    ///
    /// # Errors
    /// [`Error`] if Redis does not answer.
    pub(crate) async fn begin(
        mut connection: MultiplexedConnection,
        generation: Generation,
    ) -> Result<Option<Self>, Error> {
        match Marker::read(&mut connection).await.map_err(store_error)? {
            Some(marker) => {
                generation.set_current(marker);
                Ok(None)
            }
            None => Ok(Some(Self { connection, generation })),
        }
    }
}

impl ReplayTarget for RedisReplay {
    fn apply<'a>(
        &'a mut self,
        revocations: &'a [(&'a Revocation, String)],
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let mut pipeline = pipe();
            for (revocation, prefix) in revocations {
                pipeline.add_command(redis_records::revoke(revocation, prefix)).ignore();
            }
            let done: Result<(), RedisError> = pipeline.query_async(&mut self.connection).await;
            done.map_err(store_error)
        }
        .boxed()
    }

    fn complete(mut self: Box<Self>) -> BoxFuture<'static, Result<String, Error>> {
        async move {
            let marker = Marker::set(&mut self.connection).await.map_err(store_error)?;
            self.generation.set_current(marker.clone());
            Ok(marker.into_text())
        }
        .boxed()
    }
}
