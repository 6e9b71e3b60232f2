//! The store of session records.

use super::environment::{ConfigError, Environment, invalid};

const STORE: &str = "WATERTIGHT_SESSION_STORE";
const STORE_HINT: &str = "set it to `redis`, `postgres`, `memory`, `memcached` or `dynamodb`";

/// Where session records are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionStore {
    /// Redis; every node sees every session.
    Redis,
    /// This process; a restart signs all users out, and a second node does not see their sessions.
    Memory,
    /// PostgreSQL; every node sees every session, and a request waits for PostgreSQL too.
    Postgres,
    /// Memcached; a restart or a full memory signs users out.
    #[cfg(feature = "memcached")]
    Memcached {
        /// The address: `host:port`.
        address: String,
    },
    /// DynamoDB; every node sees every session, and a lookup waits for two reads.
    #[cfg(feature = "dynamodb")]
    DynamoDb {
        /// The name of the table.
        table: String,
    },
}

/// The name of the store of sessions, as it is configured. It may be invalid until [`SessionStore::read`] has checked it.
pub(super) fn session_store_name(environment: &Environment<'_>) -> String {
    environment.text(STORE).unwrap_or_else(|| "redis".to_owned())
}

impl SessionStore {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        match session_store_name(environment).as_str() {
            "redis" => Ok(Self::Redis),
            "memory" => Ok(Self::Memory),
            "postgres" => Ok(Self::Postgres),
            "memcached" => memcached(environment),
            "dynamodb" => dynamodb(environment),
            other => Err(invalid(STORE, format!("`{other}`"), STORE_HINT)),
        }
    }
}

#[cfg(feature = "memcached")]
fn memcached(environment: &Environment<'_>) -> Result<SessionStore, ConfigError> {
    const ADDRESS: &str = "MEMCACHED_SESSION_ADDRESS";
    const HINT: &str =
        "set it to the address of a Memcached 1.6 or later, such as `localhost:11211`";
    let address = environment.required(ADDRESS, HINT)?;
    let (host, port) = address.rsplit_once(':').unwrap_or_default();
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_host) || port.parse::<u16>().is_err() {
        let why = format!("`{address}` is not a host name or IPv4 address with a port");
        return Err(invalid(ADDRESS, why, HINT));
    }
    Ok(SessionStore::Memcached { address })
}

#[cfg(not(feature = "memcached"))]
fn memcached(_: &Environment<'_>) -> Result<SessionStore, ConfigError> {
    Err(not_built("memcached"))
}

#[cfg(feature = "dynamodb")]
fn dynamodb(environment: &Environment<'_>) -> Result<SessionStore, ConfigError> {
    const TABLE: &str = "DYNAMODB_SESSION_TABLE";
    const HINT: &str = "set it to the name of a table whose partition key is the text `id`; region, endpoint and credentials are read as by AWS' own programs";
    let table = environment.required(TABLE, HINT)?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if !(3..=255).contains(&table.len()) || !table.bytes().all(is_allowed) {
        let why = format!("`{table}` is not 3 to 255 ASCII letters, digits, `.`, `_` or `-`");
        return Err(invalid(TABLE, why, HINT));
    }
    Ok(SessionStore::DynamoDb { table })
}

#[cfg(not(feature = "dynamodb"))]
fn dynamodb(_: &Environment<'_>) -> Result<SessionStore, ConfigError> {
    Err(not_built("dynamodb"))
}

/// The error for a store that this program was built without.
#[cfg(not(all(feature = "memcached", feature = "dynamodb")))]
fn not_built(feature: &str) -> ConfigError {
    let hint = format!(
        "choose another store, or build the program with `cargo build --release -p server --features {feature}`"
    );
    invalid(STORE, format!("this program was built without `{feature}`"), &hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The store with this name, and with this value for each further variable.
    fn store(name: &'static str, value: &'static str) -> Result<SessionStore, ConfigError> {
        let read = move |variable: &str| match variable {
            STORE => Some(name.to_owned()),
            "MEMCACHED_SESSION_ADDRESS" | "DYNAMODB_SESSION_TABLE" => Some(value.to_owned()),
            _ => None,
        };
        SessionStore::read(&Environment::new(&read))
    }

    #[test]
    fn the_store_is_redis_unless_another_one_is_named() {
        for (name, expected) in [
            ("", SessionStore::Redis),
            ("redis", SessionStore::Redis),
            ("postgres", SessionStore::Postgres),
            ("memory", SessionStore::Memory),
        ] {
            assert_eq!(store(name, "").unwrap(), expected, "{name}");
        }
        let refused = store("files", "").unwrap_err().to_string();
        assert!(refused.contains(STORE) && refused.contains("`files`"), "{refused}");
    }

    #[cfg(feature = "memcached")]
    #[test]
    fn memcached_needs_a_host_and_a_port() {
        for good in ["localhost:11211", "127.0.0.1:1", "cache-1.internal:65535"] {
            assert!(store("memcached", good).is_ok(), "{good}");
        }
        for odd in ["", "localhost", ":11211", "localhost:", "localhost:65536", "a b:1", "[::1]:1"]
        {
            let refused = store("memcached", odd).unwrap_err().to_string();
            assert!(refused.contains("MEMCACHED_SESSION_ADDRESS"), "{odd}: {refused}");
            assert!(refused.contains("\nhint: "), "{odd}: {refused}");
        }
    }

    #[cfg(feature = "dynamodb")]
    #[test]
    fn dynamodb_needs_the_name_of_a_table() {
        for good in ["sessions", "a.b", "hr_sessions-2"] {
            assert!(store("dynamodb", good).is_ok(), "{good}");
        }
        for odd in ["", "ab", "a b c", "sessions/1"] {
            let refused = store("dynamodb", odd).unwrap_err().to_string();
            assert!(refused.contains("DYNAMODB_SESSION_TABLE"), "{odd}: {refused}");
            assert!(refused.contains("\nhint: "), "{odd}: {refused}");
        }
    }

    #[cfg(not(all(feature = "memcached", feature = "dynamodb")))]
    #[test]
    fn a_store_that_was_not_built_in_is_refused() {
        for (name, built_in) in
            [("memcached", cfg!(feature = "memcached")), ("dynamodb", cfg!(feature = "dynamodb"))]
        {
            if !built_in {
                let refused = store(name, "sessions").unwrap_err().to_string();
                assert!(refused.contains(&format!("--features {name}")), "{refused}");
            }
        }
    }
}
