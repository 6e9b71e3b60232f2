//! Where the two Redis roles are, and how long they may be silent.

use std::{ops::RangeInclusive, time::Duration};

use session::RedisLink;

use super::environment::{ConfigError, Environment, invalid};

const SESSION: &str = "REDIS_SESSION_URL";
const CACHE: &str = "REDIS_CACHE_URL";
const PATIENCE: &str = "WATERTIGHT_REDIS_PATIENCE_MS";
const HINT: &str = "set it to `redis://host:6379`; one Redis may serve both roles in development";

/// Whoever is refused should hear it within 300 ms.
const USUAL_PATIENCE: u64 = 200;
/// Less and a busy machine takes itself for a silent Redis; more and whoever waits has gone.
const POSSIBLE_PATIENCE: RangeInclusive<u64> = 50..=5_000;
const PATIENCE_HINT: &str = "set it to milliseconds from 50 to 5000; more for a machine so busy that it answers 503 while Redis is well";

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
    patience: Duration,
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
            patience: patience(environment)?,
            session_store,
            vouched_policy: environment.text("REDIS_SESSION_MAXMEMORY_POLICY"),
        };
        urls.session_link()?;
        urls.cache_link()?;
        Ok(urls)
    }

    /// A new connection for sessions, epochs and states.
    pub(crate) fn session_link(&self) -> Result<RedisLink, ConfigError> {
        RedisLink::with_patience(&self.session, self.patience)
            .map_err(|error| invalid(SESSION, error, HINT))
    }

    /// A new connection for bodies.
    pub(crate) fn cache_link(&self) -> Result<RedisLink, ConfigError> {
        RedisLink::with_patience(&self.cache, self.patience)
            .map_err(|error| invalid(CACHE, error, HINT))
    }
}

/// How long a command may take before its Redis counts as silent.
fn patience(environment: &Environment<'_>) -> Result<Duration, ConfigError> {
    let millis = environment.parsed(PATIENCE, USUAL_PATIENCE, PATIENCE_HINT)?;
    if POSSIBLE_PATIENCE.contains(&millis) {
        Ok(Duration::from_millis(millis))
    } else {
        Err(invalid(PATIENCE, millis, PATIENCE_HINT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience_of(text: &'static str) -> Result<Duration, ConfigError> {
        let read = move |name: &str| (name == PATIENCE).then(|| text.to_owned());
        patience(&Environment::new(&read))
    }

    #[test]
    fn patience_is_a_number_of_milliseconds_within_bounds() {
        assert_eq!(patience_of("").unwrap(), Duration::from_millis(USUAL_PATIENCE));
        assert_eq!(patience_of("500").unwrap(), Duration::from_millis(500));
        for odd in ["0", "49", "5001", "-1", "200ms"] {
            let said = patience_of(odd).unwrap_err().to_string();
            assert!(said.contains(PATIENCE) && said.contains("\nhint: "), "{said}");
        }
    }
}
