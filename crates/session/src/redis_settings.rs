//! Reads the settings of a Redis server, so that startup can reject one that would lose sessions.

use redis::RedisError;

use crate::{error::Error, redis_error::store_error, redis_link::RedisLink};

/// The Redis settings that startup checks. A managed Redis may hide some of them; they are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedisSettings {
    /// The major and minor version.
    pub version: Option<(u32, u32)>,
    /// Whether it is a primary and accepts writes; a replica does not.
    pub is_primary: Option<bool>,
    /// The `maxmemory-policy`, for example `noeviction` or `allkeys-lru`.
    pub when_full: Option<String>,
    /// The memory limit `maxmemory` in bytes; 0 means no limit.
    pub bytes: Option<u64>,
    /// How many replicas must be connected for a write to be accepted (`min-replicas-to-write`). Read only of a Redis with Sentinels.
    pub min_replicas_to_write: Option<u64>,
}

impl RedisSettings {
    /// Reads the settings from `INFO`, and from `CONFIG GET` what `INFO` leaves out.
    ///
    /// # Errors
    /// [`Error`] if Redis does not answer. A command that Redis forbids is not an error; its settings are `None`.
    pub async fn of(link: &RedisLink) -> Result<Self, Error> {
        let info = ask(link, redis::cmd("INFO")).await?.unwrap_or_default();
        let mut settings = Self::read(&info);
        if settings.when_full.is_none() {
            settings.when_full = config(link, "maxmemory-policy").await?;
        }
        if link.has_sentinels() {
            let replicas = config(link, "min-replicas-to-write").await?;
            settings.min_replicas_to_write = replicas.and_then(|text| text.parse().ok());
        }
        Ok(settings)
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
            min_replicas_to_write: None,
        }
    }
}

async fn ask(link: &RedisLink, command: redis::Cmd) -> Result<Option<String>, Error> {
    unless_forbidden(command.query_async(&mut link.connection()).await)
}

/// The value of a setting; `None` if Redis forbids the command.
async fn config(link: &RedisLink, name: &str) -> Result<Option<String>, Error> {
    let mut config = redis::cmd("CONFIG");
    config.arg("GET").arg(name);
    let reply: Result<Vec<String>, RedisError> = config.query_async(&mut link.connection()).await;
    Ok(unless_forbidden(reply)?.and_then(|pair| pair.into_iter().nth(1)))
}

/// Returns the reply, or `None` if Redis forbids the command.
fn unless_forbidden<T>(reply: Result<T, RedisError>) -> Result<Option<T>, Error> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(error) if error.clone().into_server_errors().is_some() => Ok(None),
        Err(error) => Err(store_error(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_from_the_info_reply_of_redis() {
        let info = "# Server\r\nredis_version:8.0.2\r\nrole:slave\r\nmaxmemory:1048576\r\nmaxmemory_policy:allkeys-lru\r\n";
        let settings = RedisSettings {
            version: Some((8, 0)),
            is_primary: Some(false),
            when_full: Some("allkeys-lru".to_owned()),
            bytes: Some(1_048_576),
            min_replicas_to_write: None,
        };
        assert_eq!(RedisSettings::read(info), settings);
        assert_eq!(RedisSettings::read(""), RedisSettings::default());
    }
}
