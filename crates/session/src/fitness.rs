//! What a Redis says of itself, so that one that would lose sessions is refused at start.

use redis::RedisError;

use crate::{Error, RedisLink, redis_backend::unavailable};

/// The facts that decide what a Redis is fit for. What it does not tell, as managed ones do, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedisFacts {
    /// Its version, major and minor.
    pub version: Option<(u32, u32)>,
    /// Whether it takes writes.
    pub is_primary: Option<bool>,
    /// What it does when its memory is full: `noeviction`, `allkeys-lru`.
    pub when_full: Option<String>,
    /// How many bytes it may use; 0 if as many as there are.
    pub bytes: Option<u64>,
}

impl RedisFacts {
    /// Asks; by `INFO`, and by `CONFIG GET` where that does not say it.
    ///
    /// # Errors
    /// [`Error`] if Redis does not answer; a command that it forbids is no error.
    pub async fn of(link: &RedisLink) -> Result<Self, Error> {
        let info = ask(link, redis::cmd("INFO")).await?.unwrap_or_default();
        let mut facts = Self::read(&info);
        if facts.when_full.is_none() {
            let mut config = redis::cmd("CONFIG");
            config.arg("GET").arg("maxmemory-policy");
            let answer: Result<Vec<String>, RedisError> =
                config.query_async(&mut link.connection()).await;
            facts.when_full = answered(answer)?.and_then(|pair| pair.into_iter().nth(1));
        }
        Ok(facts)
    }

    fn read(info: &str) -> Self {
        let value = |name: &str| {
            info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
        };
        let version = value("redis_version").and_then(|text| {
            let mut parts = text.split('.').map_while(|part| part.parse().ok());
            Some((parts.next()?, parts.next()?))
        });
        Self {
            version,
            is_primary: value("role").map(|role| role == "master"),
            when_full: value("maxmemory_policy").map(str::to_owned),
            bytes: value("maxmemory").and_then(|text| text.parse().ok()),
        }
    }
}

async fn ask(link: &RedisLink, command: redis::Cmd) -> Result<Option<String>, Error> {
    answered(command.query_async(&mut link.connection()).await)
}

/// The answer, or nothing if Redis forbids the question.
fn answered<T>(answer: Result<T, RedisError>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.clone().into_server_errors().is_some() => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_from_what_redis_says() {
        let info = "# Server\r\nredis_version:8.0.2\r\nrole:slave\r\nmaxmemory:1048576\r\nmaxmemory_policy:allkeys-lru\r\n";
        let facts = RedisFacts {
            version: Some((8, 0)),
            is_primary: Some(false),
            when_full: Some("allkeys-lru".to_owned()),
            bytes: Some(1_048_576),
        };
        assert_eq!(RedisFacts::read(info), facts);
        assert_eq!(RedisFacts::read(""), RedisFacts::default());
    }
}
