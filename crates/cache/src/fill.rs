//! One load: reads a body from Redis or from the loader, and fills the cache. It continues if the request that started it is dropped.

use std::{
    future::Future,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Serialize;

use crate::{
    Cache, Error, alert,
    body::{Body, Loaded},
    entry_id::CacheEntryId,
    envelope,
    reads::Source,
};

/// The body that a request found, and its source. The body is `None` if the loader found nothing.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) body: Option<Arc<Body>>,
    pub(crate) source: Source,
}

/// Everything that a load needs to fill one cache entry.
pub(crate) struct Filler {
    pub(crate) cache: Cache,
    pub(crate) entry_id: CacheEntryId,
    /// The id of the request that started the load.
    pub(crate) request: String,
    pub(crate) keep_in_process: bool,
    pub(crate) keep_empty: bool,
}

impl Filler {
    pub(crate) async fn fill<T, E, F>(self, load: F) -> Result<Found, Error>
    where
        T: Serialize,
        E: std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<Option<Loaded<T>>, E>> + Send,
    {
        if let Some(body) = self.read_l2().await {
            return Ok(Found { body: Some(self.keep(body)), source: Source::L2 });
        }
        let Some(loaded) = load.await.map_err(|error| Error::Load(Arc::new(error)))? else {
            return Ok(Found { body: None, source: Source::Load });
        };
        let body = Body::encode(&self.entry_id, &loaded);
        let body = body.map_err(|error| Error::Broken(Arc::new(error)))?;
        if loaded.rows.is_empty() && !self.keep_empty {
            return Ok(Found { body: Some(Arc::new(body)), source: Source::Load });
        }
        self.write_l2(&body).await;
        Ok(Found { body: Some(self.keep(body)), source: Source::Load })
    }

    fn keep(&self, body: Body) -> Arc<Body> {
        let body = Arc::new(body);
        if self.keep_in_process && self.cache.kill_switch.is_on() {
            self.cache.l1.put(&self.entry_id, &body);
        }
        body
    }

    async fn read_l2(&self) -> Option<Body> {
        let (cache, entry_id) = (&self.cache, &self.entry_id);
        let found = cache.l2.get(entry_id).await;
        let bytes = found.inspect_err(|error| {
            count_error();
            tracing::warn!(%error, "cache.l2.get_failed");
        });
        let bytes = bytes.ok()??;
        envelope::open(&cache.seals, &cache.faults, entry_id, &bytes)
            .inspect_err(|error| alert::envelope_rejected(entry_id, error))
            .ok()
    }

    async fn write_l2(&self, body: &Body) {
        let (cache, entry_id) = (&self.cache, &self.entry_id);
        if !cache.kill_switch.is_on() {
            return;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let filled_at = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        let by = &self.request;
        match envelope::close(&cache.seals, &cache.faults, entry_id, filled_at, by, body.clone()) {
            Ok(bytes) => {
                if let Err(error) = cache.l2.put(entry_id, bytes).await {
                    count_error();
                    tracing::warn!(%error, "cache.l2.put_failed");
                }
            }
            Err(error) => tracing::error!(%error, "cache.envelope.not_closed"),
        }
    }
}

/// Loads a body for one request only, without reading or filling the cache.
pub(crate) async fn load_uncached<T, E, F>(entry_id: &CacheEntryId, load: F) -> Result<Found, Error>
where
    T: Serialize,
    E: std::error::Error + Send + Sync + 'static,
    F: Future<Output = Result<Option<Loaded<T>>, E>>,
{
    let loaded = load.await.map_err(|error| Error::Load(Arc::new(error)))?;
    let body = loaded.map(|loaded| Body::encode_once(entry_id, &loaded)).transpose();
    let body = body.map_err(|error| Error::Broken(Arc::new(error)))?.map(Arc::new);
    Ok(Found { body, source: Source::Bypass })
}

fn count_error() {
    metrics::counter!("watertight_redis_errors_total", "role" => "cache").increment(1);
}
