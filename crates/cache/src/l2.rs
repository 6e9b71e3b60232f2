//! Bodies in Redis. It may forget and it may fail: both are a miss.

use std::time::{Duration, Instant};

use redis::RedisError;
use session::RedisLink;

use crate::{place::Place, written::Written};

/// The cache Redis.
#[derive(Clone)]
pub(crate) struct L2 {
    link: RedisLink,
    ttl: Duration,
    written: Written,
}

impl L2 {
    /// Envelopes are kept for `ttl`; in each such time a tenant writes at most `share` bytes.
    pub(crate) fn new(link: RedisLink, ttl: Duration, share: usize) -> Self {
        Self { link, ttl, written: Written::new(share, ttl) }
    }

    /// The same over another link, with the same shares.
    pub(crate) fn with_link(&self, link: RedisLink) -> Self {
        Self { link, ..self.clone() }
    }

    pub(crate) async fn get(&self, at: &Place) -> Result<Option<Vec<u8>>, RedisError> {
        let connection = &mut self.link.connection_for(at.tenant);
        redis::cmd("GET").arg(at.key.as_str()).query_async(connection).await
    }

    /// Keeps an envelope, unless the tenant has written its share of late. Then the next request loads the body again.
    pub(crate) async fn put(&self, at: &Place, envelope: Vec<u8>) -> Result<(), RedisError> {
        if !self.written.take(at.tenant, envelope.len(), Instant::now()) {
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
