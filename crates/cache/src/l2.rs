//! Bodies in Redis. It may forget and it may fail: both are a miss.

use std::time::Duration;

use redis::RedisError;
use session::RedisLink;

use crate::key::FullKey;

/// The cache Redis.
#[derive(Clone)]
pub(crate) struct L2 {
    link: RedisLink,
    ttl: Duration,
}

impl L2 {
    pub(crate) fn new(link: RedisLink, ttl: Duration) -> Self {
        Self { link, ttl }
    }

    pub(crate) async fn get(&self, key: &FullKey) -> Result<Option<Vec<u8>>, RedisError> {
        redis::cmd("GET").arg(key.as_str()).query_async(&mut self.link.connection()).await
    }

    pub(crate) async fn put(&self, key: &FullKey, envelope: Vec<u8>) -> Result<(), RedisError> {
        redis::cmd("SET")
            .arg(key.as_str())
            .arg(envelope)
            .arg("PX")
            .arg(u64::try_from(self.ttl.as_millis()).unwrap_or(u64::MAX))
            .query_async(&mut self.link.connection())
            .await
    }

    pub(crate) async fn ping(&self) -> Result<(), RedisError> {
        redis::cmd("PING").query_async(&mut self.link.connection()).await
    }
}
