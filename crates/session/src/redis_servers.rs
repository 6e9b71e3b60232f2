//! Where the Redis of a link is: at a fixed address, or where Sentinels say that the primary is (row S8).

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use redis::{
    Client, ConnectionAddr, IntoConnectionInfo, RedisError, RedisResult,
    sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType},
};
use tokio::{sync::OwnedMutexGuard, time};

/// The beginning of a URL that names Sentinels instead of a Redis.
const SENTINEL_SCHEME: &str = "redis+sentinel://";
/// The port of a Sentinel whose URL names none.
const SENTINEL_PORT: u16 = 26_379;

/// The timeout for asking the Sentinels for the primary, and for asking that server for its role. A command waits at most for its own timeout.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(2);

/// The servers that a Redis URL names.
pub(crate) enum RedisServers {
    /// One Redis at an address that does not change.
    Fixed(Client),
    /// A primary and its replicas. Sentinels know which one the primary is.
    Sentinels(Sentinels),
}

/// The Sentinels of one primary. All links to it share what they found.
pub(crate) struct Sentinels {
    /// Locked during a lookup, so that there is one at a time.
    client: Arc<tokio::sync::Mutex<SentinelClient>>,
    found: Arc<Mutex<Option<Primary>>>,
    db: i64,
}

/// The primary that a lookup found.
#[derive(Clone)]
pub(crate) struct Primary {
    pub(crate) client: Client,
    /// Counts the lookups that have found a primary; 0 for a fixed address.
    pub(crate) number: u64,
}

impl RedisServers {
    /// Parses `redis://…` or `redis+sentinel://…`; [`super::redis_link::RedisLink::new`] has the forms. User and password are for the Redis servers, not for
    /// the Sentinels.
    ///
    /// # Errors
    /// If the text is neither.
    pub(crate) fn parse(url: &str) -> RedisResult<Self> {
        match url.strip_prefix(SENTINEL_SCHEME) {
            Some(rest) => Sentinels::parse(rest).map(Self::Sentinels),
            None => Client::open(url).map(Self::Fixed),
        }
    }

    /// The Redis at the fixed address, or the primary that was found last; `None` if none was found yet.
    pub(crate) fn known(&self) -> Option<Primary> {
        match self {
            Self::Fixed(client) => Some(Primary { client: client.clone(), number: 0 }),
            Self::Sentinels(sentinels) => sentinels.known(),
        }
    }

    /// The Redis at the fixed address, or a primary that was found after the one with the number `lost`. It has confirmed with `ROLE` that it is the primary.
    ///
    /// # Errors
    /// If no Sentinel answers, or none knows a primary with this name that answers.
    pub(crate) async fn primary_after(&self, lost: u64) -> RedisResult<Primary> {
        match self {
            Self::Fixed(client) => Ok(Primary { client: client.clone(), number: 0 }),
            Self::Sentinels(sentinels) => sentinels.primary_after(lost).await,
        }
    }

    /// The number of the database.
    pub(crate) fn db(&self) -> i64 {
        match self {
            Self::Fixed(client) => client.get_connection_info().redis_settings().db(),
            Self::Sentinels(sentinels) => sentinels.db,
        }
    }

    /// Whether Sentinels say which server the primary is.
    pub(crate) const fn has_sentinels(&self) -> bool {
        matches!(self, Self::Sentinels(_))
    }
}

impl Sentinels {
    fn known(&self) -> Option<Primary> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks the primary up, unless another link has done that meanwhile. The lookup is a task of its own, because it may take longer than the command that needs
    /// it. A command that waits for another lookup stops waiting when its own time is over.
    async fn primary_after(&self, lost: u64) -> RedisResult<Primary> {
        let client = Arc::clone(&self.client).lock_owned().await;
        if let Some(found) = self.known().filter(|found| found.number > lost) {
            return Ok(found);
        }
        let lookup = tokio::spawn(look_up(client, Arc::clone(&self.found)));
        lookup.await.map_err(io::Error::other)?
    }

    fn parse(rest: &str) -> RedisResult<Self> {
        let (servers, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, hosts) = match servers.rsplit_once('@') {
            Some((credentials, hosts)) => (format!("{credentials}@"), hosts),
            None => (String::new(), servers),
        };
        let (name, db) = path.split_once('/').unwrap_or((path, "0"));
        if name.is_empty() || name.contains(['?', '#', '@', ',']) {
            return Err(invalid("the path does not name a primary"));
        }
        if credentials.contains(',') {
            return Err(invalid("user and password stand once, before all Sentinels"));
        }
        let mut addresses = Vec::new();
        let mut settings = None;
        for host in hosts.split(',') {
            let port = if has_port(host) { String::new() } else { format!(":{SENTINEL_PORT}") };
            let server =
                format!("redis://{credentials}{host}{port}/{db}").into_connection_info()?;
            settings = Some(server.redis_settings().clone());
            addresses.push(server.addr().clone());
        }
        let settings = settings.ok_or_else(|| invalid("there is no Sentinel"))?;
        let db = settings.db();
        let servers = SentinelNodeConnectionInfo::default().set_redis_connection_info(settings);
        let kind = SentinelServerType::Master;
        let client = SentinelClient::build(addresses, name.to_owned(), Some(servers), kind)?;
        Ok(Self { client: Arc::new(tokio::sync::Mutex::new(client)), found: Arc::default(), db })
    }
}

/// Asks the Sentinels, and keeps what they said.
async fn look_up(
    mut client: OwnedMutexGuard<SentinelClient>,
    found: Arc<Mutex<Option<Primary>>>,
) -> RedisResult<Primary> {
    let answer = time::timeout(LOOKUP_TIMEOUT, client.async_get_client()).await;
    let answer = answer.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
    // To the circuit breaker it is the same whether no Sentinel answers or no primary.
    let client = answer.map_err(|error| io::Error::new(io::ErrorKind::NotConnected, error))?;
    tracing::info!(address = %client.get_connection_info().addr(), "session.redis.primary_found");
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    let number = found.as_ref().map_or(0, |before| before.number) + 1;
    Ok(found.insert(Primary { client, number }).clone())
}

/// Whether a host has a port. The colons of an IPv6 address are in brackets.
fn has_port(host: &str) -> bool {
    host.rsplit_once(']').map_or(host, |(_, port)| port).contains(':')
}

fn invalid(why: &'static str) -> RedisError {
    (redis::ErrorKind::InvalidClientConfig, why).into()
}

/// The URL without user and password, for an error message; the scheme alone if the URL cannot be parsed.
pub(crate) fn without_password(url: &str) -> String {
    match Client::open(url).map(|client| client.get_connection_info().addr().clone()) {
        Ok(ConnectionAddr::Tcp(host, port)) => format!("redis://{host}:{port}"),
        _ => url.split_once(':').map_or_else(String::new, |(scheme, _)| format!("{scheme}:…")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_sentinels_names_a_primary() {
        for (url, db) in [
            ("redis+sentinel://one:26379/primary", 0),
            ("redis+sentinel://one,two:1,[::1],[::1]:2/primary/3", 3),
            ("redis+sentinel://user:pass%40word@one/primary/1", 1),
        ] {
            let servers = RedisServers::parse(url).unwrap();
            assert!(servers.has_sentinels() && servers.db() == db, "{url}");
        }
        assert!(!RedisServers::parse("redis://one/2").unwrap().has_sentinels());
    }

    #[test]
    fn a_url_without_a_primary_is_refused() {
        for odd in [
            "redis+sentinel://one:26379",
            "redis+sentinel://one:26379/",
            "redis+sentinel:///primary",
            "redis+sentinel://one:port/primary",
            "redis+sentinel://one,/primary",
            "redis+sentinel://one/primary/first",
            "redis+sentinel://one/primary?protocol=resp3",
            "redis+sentinel://u:p@one,u:p@two/primary",
            "redis+sentinel://user:secret/primary",
        ] {
            assert!(RedisServers::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn an_error_shows_no_password() {
        for (url, shown) in [
            ("redis+sentinel://u:secret@one:1,two/primary/x", "redis+sentinel:…"),
            ("redis+sentinel://u:secret/primary", "redis+sentinel:…"),
            ("redis://u:secret@one:1/0", "redis://one:1"),
            ("redis://u:secret@one:x", "redis:…"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
