//! Reads from Redis directly, without the product.

use redis::{AsyncCommands, Client, aio::MultiplexedConnection};

/// Opens a connection to the Redis at this URL. It belongs to the caller's runtime.
pub async fn open(url: &str) -> MultiplexedConnection {
    let client = Client::open(url).expect("a Redis URL");
    client.get_multiplexed_async_connection().await.expect("Redis answers")
}

/// The keys that match this pattern, sorted.
pub async fn keys(url: &str, pattern: &str) -> Vec<String> {
    let mut redis = open(url).await;
    let mut found = Vec::new();
    let mut keys = redis.scan_match::<_, String>(pattern).await.expect("Redis answers");
    while let Some(key) = keys.next_item().await {
        found.push(key.expect("a key that is text"));
    }
    found.sort();
    found
}

/// The keys that match this pattern, each with the output of `DUMP`, whatever its type.
pub async fn everything(url: &str, pattern: &str) -> Vec<(String, Vec<u8>)> {
    let mut redis = open(url).await;
    let mut found = Vec::new();
    for key in keys(url, pattern).await {
        let dump: Option<Vec<u8>> =
            redis::cmd("DUMP").arg(&key).query_async(&mut redis).await.expect("Redis answers");
        found.extend(dump.map(|value| (key, value)));
    }
    found
}

/// Deletes all keys in this connection's database.
pub async fn clear(mut redis: MultiplexedConnection) {
    let () = redis::cmd("FLUSHDB").query_async(&mut redis).await.expect("Redis answers");
}

/// Whether `bytes` contains `wanted`.
pub fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether this key exists.
pub async fn exists(url: &str, key: &str) -> bool {
    open(url).await.exists(key).await.expect("Redis answers")
}
