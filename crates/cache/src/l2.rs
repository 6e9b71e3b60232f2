//! The second level of the cache holds bodies in the cache Redis. A lost body and a failure of Redis both count as a miss.

use std::time::{Duration, Instant};

use redis::RedisError;
use session::RedisLink;

use crate::{entry_id::CacheEntryId, write_quota::WriteQuota};

/// A link to the cache Redis, with the count of bytes that each tenant has written.
#[derive(Clone)]
pub(crate) struct L2 {
    link: RedisLink,
    ttl: Duration,
    write_quota: WriteQuota,
}

impl L2 {
    /// Keeps envelopes for `ttl`. Within each `ttl`, a tenant writes at most `share` bytes.
    pub(crate) fn new(link: RedisLink, ttl: Duration, share: usize) -> Self {
        Self { link, ttl, write_quota: WriteQuota::new(share, ttl) }
    }

    /// Returns a copy that uses another link and shares the counts.
    pub(crate) fn with_link(&self, link: RedisLink) -> Self {
        Self { link, ..self.clone() }
    }

    pub(crate) async fn get(&self, at: &CacheEntryId) -> Result<Option<Vec<u8>>, RedisError> {
        let connection = &mut self.link.connection_for(at.tenant);
        redis::cmd("GET").arg(at.key.as_str()).query_async(connection).await
    }

    /// Stores an envelope, unless the tenant has used up its share: the next request then loads the body again.
    pub(crate) async fn put(&self, at: &CacheEntryId, envelope: Vec<u8>) -> Result<(), RedisError> {
        if !self.write_quota.take(at.tenant, envelope.len(), Instant::now()) {
            return Ok(());
        }
        redis::cmd("SET")
            .arg(at.key.as_str())
            .arg(envelope)
            .arg("PX")
            .arg(u64::try_from(self.ttl.as_millis()).unwrap_or(u64::MAX))
            .query_async(&mut self.link.connection_for(at.tenant))
            .await
    }

    pub(crate) async fn ping(&self) -> Result<(), RedisError> {
        redis::cmd("PING").query_async(&mut self.link.connection()).await
    }
}
