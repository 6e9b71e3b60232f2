//! Sessions in the store that is checked.

use std::sync::Arc;

use seal::{RootKey, Seals};

use super::LIMIT;
use crate::{
    generation::Generation, memory::MemoryBackend, record_store::RecordStore,
    redis_backend::RedisBackend, redis_link::RedisLink, sessions::Sessions,
    store_backend::StoreBackend,
};

/// Sessions whose records are in `records`, and whose revocations of tokens are in this process.
pub fn in_store(records: Arc<dyn RecordStore>) -> Sessions {
    let backend = StoreBackend::new(records, Arc::new(MemoryBackend::default()));
    Sessions::with_backend(Arc::new(backend), LIMIT, seals())
}

/// Sessions in the Redis of `link`.
///
/// # Panics
/// If Redis does not answer.
pub async fn in_redis(link: &RedisLink) -> Sessions {
    let backend = RedisBackend::new(link.clone(), Generation::default());
    let sessions = Sessions::with_backend(Arc::new(backend), LIMIT, seals());
    if let Some(replay) = sessions.begin_replay().await.expect("redis answers") {
        replay.finish(&[]).await.expect("redis answers");
    }
    sessions
}

/// A link for a store outside of Redis. Only batches without a command are sent over it, so no server answers there.
///
/// # Panics
/// Never: the URL is valid.
pub fn no_redis() -> RedisLink {
    RedisLink::new("redis://127.0.0.1:1").expect("a valid URL")
}

fn seals() -> Seals {
    Seals::new(&RootKey::random().expect("random bytes"), None)
}
