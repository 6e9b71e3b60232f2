//! Where the Redis of a link is: at a fixed address, or where Sentinels say that the primary is (row S8).

use redis::{
    Client, ConnectionAddr, IntoConnectionInfo, RedisError, RedisResult,
    sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType},
};
use tokio::sync::Mutex;

/// The beginning of a URL that names Sentinels instead of a Redis.
const SENTINEL_SCHEME: &str = "redis+sentinel://";
/// The port of a Sentinel whose URL names none.
const SENTINEL_PORT: u16 = 26_379;

/// The servers that a Redis URL names.
pub(crate) enum RedisServers {
    /// One Redis at an address that does not change.
    Fixed(Client),
    /// A primary and its replicas. Sentinels know which one the primary is.
    Sentinels(Sentinels),
}

/// The Sentinels of one primary.
pub(crate) struct Sentinels {
    client: Mutex<SentinelClient>,
    db: i64,
}

impl RedisServers {
    /// Parses `redis://[user:password@]host:port[/db]` or `redis+sentinel://[user:password@]host:port[,host:port…]/primary[/db]`. User and password are those of
    /// the Redis servers; Sentinels are asked without.
    ///
    /// # Errors
    /// If the text is neither.
    pub(crate) fn parse(url: &str) -> RedisResult<Self> {
        match url.strip_prefix(SENTINEL_SCHEME) {
            Some(rest) => Sentinels::parse(rest).map(Self::Sentinels),
            None => Client::open(url).map(Self::Fixed),
        }
    }

    /// The Redis at the fixed address, or the one that is the primary now. It has confirmed that with `ROLE`.
    ///
    /// # Errors
    /// If no Sentinel answers, or none knows a primary with this name that answers.
    pub(crate) async fn primary(&self) -> RedisResult<Client> {
        match self {
            Self::Fixed(client) => Ok(client.clone()),
            Self::Sentinels(sentinels) => sentinels.client.lock().await.async_get_client().await,
        }
    }

    /// The number of the database.
    pub(crate) fn db(&self) -> i64 {
        match self {
            Self::Fixed(client) => client.get_connection_info().redis_settings().db(),
            Self::Sentinels(sentinels) => sentinels.db,
        }
    }

    /// The client of the fixed address; nothing if the primary can change.
    pub(crate) const fn fixed(&self) -> Option<&Client> {
        match self {
            Self::Fixed(client) => Some(client),
            Self::Sentinels(_) => None,
        }
    }
}

impl Sentinels {
    fn parse(rest: &str) -> RedisResult<Self> {
        let (servers, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, hosts) = match servers.rsplit_once('@') {
            Some((credentials, hosts)) => (format!("{credentials}@"), hosts),
            None => (String::new(), servers),
        };
        let (name, db) = path.split_once('/').unwrap_or((path, "0"));
        if name.is_empty() {
            return Err(invalid("the path does not name a primary"));
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
        Ok(Self { client: Mutex::new(client), db })
    }
}

/// Whether a host has a port. The colons of an IPv6 address are in brackets.
fn has_port(host: &str) -> bool {
    host.rsplit_once(']').map_or(host, |(_, port)| port).contains(':')
}

fn invalid(why: &'static str) -> RedisError {
    (redis::ErrorKind::InvalidClientConfig, why).into()
}

/// The scheme, hosts and ports of a Redis URL for an error message, or the scheme alone if the URL cannot be parsed.
pub(crate) fn without_password(url: &str) -> String {
    if let Some(rest) = url.strip_prefix(SENTINEL_SCHEME) {
        let hosts = rest.rsplit_once('@').map_or(rest, |(_, hosts)| hosts);
        return format!("{SENTINEL_SCHEME}{hosts}");
    }
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
            assert!(servers.fixed().is_none() && servers.db() == db, "{url}");
        }
        assert!(RedisServers::parse("redis://one/2").unwrap().fixed().is_some());
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
        ] {
            assert!(RedisServers::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn an_error_shows_no_password() {
        for (url, shown) in [
            (
                "redis+sentinel://u:secret@one:1,two/primary/x",
                "redis+sentinel://one:1,two/primary/x",
            ),
            ("redis://u:secret@one:1/0", "redis://one:1"),
            ("redis://u:secret@one:x", "redis:…"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
