//! A Redis connection that heals itself: one per worker, never shared between workers, never a plain connection.

use std::time::Duration;

use redis::{
    Client, ConnectionAddr,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

/// How long a command may take before it counts as a failure.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(500);
/// How long one attempt to connect may take.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// A multiplexed connection to one Redis. It connects at the first command and again after a failure.
///
/// Only multiplexed connections are allowed: on a plain one, a request dropped half-way leaves its reply for the next request to read.
/// That was the bug behind the ChatGPT leak of 2023 (redis-rs and redis-py alike).
#[derive(Clone)]
pub struct RedisLink(ConnectionManager);

/// The URL names no Redis.
#[derive(Debug, thiserror::Error)]
#[error("`{shown}` is no Redis URL")]
pub struct InvalidRedisUrl {
    /// The URL without its password.
    shown: String,
    #[source]
    source: redis::RedisError,
}

impl RedisLink {
    /// Prepares a link to `redis://[user:password@]host:port[/db]`, without connecting yet.
    ///
    /// # Errors
    /// [`InvalidRedisUrl`], with the password left out.
    pub fn new(url: &str) -> Result<Self, InvalidRedisUrl> {
        let refused = |source| InvalidRedisUrl { shown: without_password(url), source };
        let client = Client::open(url).map_err(refused)?;
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(20))
            .set_max_delay(Duration::from_millis(200));
        ConnectionManager::new_lazy_with_config(client, config).map(Self).map_err(refused)
    }

    /// The connection, to send commands on.
    pub fn connection(&self) -> ConnectionManager {
        self.0.clone()
    }
}

/// The host and port of a Redis URL for an error message, or the scheme alone if it cannot be read.
fn without_password(url: &str) -> String {
    match Client::open(url).map(|client| client.get_connection_info().addr().clone()) {
        Ok(ConnectionAddr::Tcp(host, port)) => format!("redis://{host}:{port}"),
        _ => url.split_once(':').map_or_else(String::new, |(scheme, _)| format!("{scheme}:…")),
    }
}
