//! Sessions in Redis, the default: a hash per session that goes away by itself (row S1).

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use redis::{RedisError, pipe};

use crate::{
    backend::{Backend, Error, Fields, Stored},
    id::RecordKey,
    redis_link::RedisLink,
};

/// Records as Redis hashes.
#[derive(Clone)]
pub struct RedisBackend {
    link: RedisLink,
}

impl RedisBackend {
    /// Keeps sessions in the Redis at the other end of the link, which must not evict (`maxmemory-policy noeviction`).
    pub fn new(link: RedisLink) -> Self {
        Self { link }
    }
}

impl Backend for RedisBackend {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        fields: Fields,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let fields: Vec<(String, String)> = fields.into_iter().collect();
            // A transaction: a record without its time-out must not exist for a moment.
            pipe()
                .atomic()
                .hset_multiple(key.as_str(), &fields)
                .ignore()
                .pexpire(key.as_str(), millis(keep))
                .ignore()
                .query_async(&mut self.link.connection())
                .await
                .map_err(unavailable)
        }
        .boxed()
    }

    fn read<'a>(&'a self, key: &'a RecordKey) -> BoxFuture<'a, Result<Option<Stored>, Error>> {
        async move {
            let found: Result<(Fields, i64), RedisError> = pipe()
                .hgetall(key.as_str())
                .pttl(key.as_str())
                .query_async(&mut self.link.connection())
                .await;
            let (fields, left) = match found {
                Ok(found) => found,
                // What stands there is no hash: a record that cannot be read, not a store that does not answer.
                Err(error) if is_no_hash(&error) => {
                    return Ok(Some(Stored { fields: Fields::new(), left: None }));
                }
                Err(error) => return Err(unavailable(error)),
            };
            if fields.is_empty() {
                return Ok(None);
            }
            let left = u64::try_from(left).ok().map(Duration::from_millis);
            Ok(Some(Stored { fields, left }))
        }
        .boxed()
    }

    fn extend<'a>(
        &'a self,
        key: &'a RecordKey,
        keep: Duration,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            // PEXPIRE does nothing to a key that is gone, so a signed-out session stays gone.
            redis::cmd("PEXPIRE")
                .arg(key.as_str())
                .arg(millis(keep))
                .query_async(&mut self.link.connection())
                .await
                .map_err(unavailable)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, key: &'a RecordKey) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let mut connection = self.link.connection();
            redis::cmd("DEL")
                .arg(key.as_str())
                .query_async(&mut connection)
                .await
                .map_err(unavailable)
        }
        .boxed()
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), Error>> {
        async move {
            redis::cmd("PING").query_async(&mut self.link.connection()).await.map_err(unavailable)
        }
        .boxed()
    }
}

/// Whether Redis said that the key holds something else than a hash.
fn is_no_hash(error: &RedisError) -> bool {
    let refusals = error.clone().into_server_errors();
    refusals
        .is_some_and(|refusals| refusals.iter().any(|(_, refusal)| refusal.code() == "WRONGTYPE"))
}

fn unavailable(error: RedisError) -> Error {
    Error::Unavailable(Box::new(error))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
