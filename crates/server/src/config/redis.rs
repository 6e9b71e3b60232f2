//! Where the two Redis roles are.

use session::RedisLink;

use super::environment::{ConfigError, Environment, invalid};

const SESSION: &str = "REDIS_SESSION_URL";
const CACHE: &str = "REDIS_CACHE_URL";
const HINT: &str = "set it to `redis://host:6379`; one Redis may serve both roles in development";

/// What keeps the sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionStore {
    /// Redis; every node sees every session.
    Redis,
    /// This process; a restart signs everyone out, and a second node knows nobody.
    Memory,
}

/// The URLs of the two roles.
pub(crate) struct RedisUrls {
    session: String,
    cache: String,
    /// What keeps the sessions.
    pub(crate) session_store: SessionStore,
    /// What the operator says that the session Redis does when it is full; asked for only where Redis does not tell.
    pub(crate) vouched_policy: Option<String>,
}

impl RedisUrls {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let store =
            environment.text("WATERTIGHT_SESSION_STORE").unwrap_or_else(|| "redis".to_owned());
        let session_store = match store.as_str() {
            "redis" => SessionStore::Redis,
            "memory" => SessionStore::Memory,
            other => {
                return Err(invalid(
                    "WATERTIGHT_SESSION_STORE",
                    format!("`{other}`"),
                    "set it to `redis` or `memory`",
                ));
            }
        };
        let urls = Self {
            session: environment.required(SESSION, HINT)?,
            cache: environment.required(CACHE, HINT)?,
            session_store,
            vouched_policy: environment.text("REDIS_SESSION_MAXMEMORY_POLICY"),
        };
        urls.session_link()?;
        urls.cache_link()?;
        Ok(urls)
    }

    /// A new connection for sessions, epochs and states.
    pub(crate) fn session_link(&self) -> Result<RedisLink, ConfigError> {
        RedisLink::new(&self.session).map_err(|error| invalid(SESSION, error, HINT))
    }

    /// A new connection for bodies.
    pub(crate) fn cache_link(&self) -> Result<RedisLink, ConfigError> {
        RedisLink::new(&self.cache).map_err(|error| invalid(CACHE, error, HINT))
    }
}
