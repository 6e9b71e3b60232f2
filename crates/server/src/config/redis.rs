//! The URLs of the session Redis and the cache Redis, and the timeout of their commands.

use std::{ops::RangeInclusive, time::Duration};

use session::RedisLink;

use super::environment::{ConfigError, Environment, invalid};

const SESSION: &str = "REDIS_SESSION_URL";
const CACHE: &str = "REDIS_CACHE_URL";
const TIMEOUT: &str = "WATERTIGHT_REDIS_TIMEOUT_MS";
const HINT: &str = "set it to `redis://host:6379`, or to `redis+sentinel://host:26379,host:26379/primary`; one Redis may serve both roles in development";

/// The default timeout in milliseconds. It lets a request without Redis be refused within 300 ms.
const DEFAULT_MILLIS: u64 = 200;
/// The allowed timeouts in milliseconds. With less, a busy machine takes its own delays for an outage; with more, the client has given up.
const ALLOWED_MILLIS: RangeInclusive<u64> = 50..=5_000;
const TIMEOUT_HINT: &str = "set it to a number of milliseconds from 50 to 5000; raise it if a busy machine answers 503 although Redis is healthy";

/// The configuration of the two Redis roles.
pub(crate) struct RedisUrls {
    session: RedisLink,
    cache: RedisLink,
    /// How long one command may take, also one to Memcached.
    #[cfg_attr(not(feature = "memcached"), expect(dead_code, reason = "only Memcached reads it"))]
    pub(crate) timeout: Duration,
    /// The eviction policy of the session Redis, as the operator states it. Used only if Redis does not report it.
    pub(crate) declared_policy: Option<String>,
}

impl RedisUrls {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let timeout = timeout(environment)?;
        let link = |name| {
            let url = environment.required(name, HINT)?;
            RedisLink::with_timeout(&url, timeout).map_err(|error| invalid(name, error, HINT))
        };
        Ok(Self {
            session: link(SESSION)?,
            cache: link(CACHE)?,
            timeout,
            declared_policy: environment.text("REDIS_SESSION_MAXMEMORY_POLICY"),
        })
    }

    /// Asks the Sentinels for the primaries, if the URLs name Sentinels. That may take longer than a command. If it fails, the first command fails and says why.
    pub(crate) async fn find_primaries(&self) {
        let _failed_later = tokio::join!(self.session.find_primary(), self.cache.find_primary());
    }

    /// Creates a link to the session Redis, which holds sessions, epochs and tenant states.
    pub(crate) fn session_link(&self) -> Result<RedisLink, ConfigError> {
        self.session.another().map_err(|error| invalid(SESSION, error, HINT))
    }

    /// Creates a link to the cache Redis, which holds bodies.
    pub(crate) fn cache_link(&self) -> Result<RedisLink, ConfigError> {
        self.cache.another().map_err(|error| invalid(CACHE, error, HINT))
    }
}

/// Reads the timeout of a command to either Redis.
fn timeout(environment: &Environment<'_>) -> Result<Duration, ConfigError> {
    let millis = environment.parsed(TIMEOUT, DEFAULT_MILLIS, TIMEOUT_HINT)?;
    if ALLOWED_MILLIS.contains(&millis) {
        Ok(Duration::from_millis(millis))
    } else {
        Err(invalid(TIMEOUT, format!("{millis} ms is out of range"), TIMEOUT_HINT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout_of(text: &'static str) -> Result<Duration, ConfigError> {
        let read = move |name: &str| (name == TIMEOUT).then(|| text.to_owned());
        timeout(&Environment::new(&read))
    }

    #[test]
    fn the_timeout_is_a_number_of_milliseconds_within_bounds() {
        assert_eq!(timeout_of("").unwrap(), Duration::from_millis(DEFAULT_MILLIS));
        assert_eq!(timeout_of("500").unwrap(), Duration::from_millis(500));
        for odd in ["0", "49", "5001", "-1", "200ms"] {
            let said = timeout_of(odd).unwrap_err().to_string();
            assert!(said.contains(TIMEOUT) && said.contains("\nhint: "), "{said}");
        }
    }
}
