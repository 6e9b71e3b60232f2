//! A Redis connection that reconnects. Each worker has its own, and it is always multiplexed.

use std::{
    fmt,
    future::Future,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult,
    ServerErrorKind, Value,
    aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, MultiplexedConnection},
};
use tokio::time;

use share::Holder;

use crate::{
    circuit_breaker::{CircuitBreaker, NotSent},
    redis_servers::{RedisServers, without_password},
    round_trips::{NetworkStore, RoundTrips},
};

/// The default timeout of a command, including connecting. A request that fails because of it must be answered within 300 ms.
const TIMEOUT: Duration = Duration::from_millis(200);
/// The multiple of the timeout that a command may take while Redis answers other commands on the same link.
const BUSY_FACTOR: u32 = 5;
/// Extra time for a reply that arrived while this worker was too busy to read it.
const GRACE: Duration = Duration::from_millis(25);
/// The connection is replaced after this many timeouts in a row: a peer that disappeared never closes it.
const MAX_TIMEOUTS: u32 = 3;
/// The timeout for asking Sentinels for the primary, and that one for its role. Commands wait no longer than their own timeout.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(2);
/// The timeout of one pipeline of a replay: it holds many commands, and no request waits for it.
const REPLAY_TIMEOUT: Duration = Duration::from_secs(5);

/// A multiplexed connection to one Redis. It connects at the first command and again after a failure.
///
/// Only multiplexed connections are allowed: on a plain one, a request dropped half-way leaves its reply for the next request to read.
/// That was the bug behind the ChatGPT leak of 2023 (redis-rs and redis-py alike).
#[derive(Clone)]
pub struct RedisLink(Arc<Link>);

struct Link {
    servers: RedisServers,
    timeout: Duration,
    circuit_breaker: CircuitBreaker,
    /// Nothing while the primary has to be looked up.
    reconnecting: Mutex<Option<ConnectionManager>>,
    /// Held while the primary is looked up.
    lookup: tokio::sync::Mutex<()>,
}

/// The connection of a link, behind its circuit breaker: a command fails after the link's timeout, or at once while Redis is known to be down.
#[derive(Clone)]
pub struct LinkConnection {
    link: RedisLink,
    holder: Holder,
}

/// The text is not a Redis URL.
#[derive(Debug, thiserror::Error)]
#[error("`{shown}` is not a Redis URL")]
pub struct InvalidRedisUrl {
    /// Scheme, host and port of the URL, without its password.
    shown: String,
    #[source]
    source: redis::RedisError,
}

impl RedisLink {
    /// Prepares a link to `redis://[user:password@]host:port[/db]`, or to the primary that Sentinels name:
    /// `redis+sentinel://[user:password@]host:port[,host:port…]/primary[/db]`. It has the default timeout, and connects at the first command.
    ///
    /// # Errors
    /// [`InvalidRedisUrl`], which never contains the password.
    pub fn new(url: &str) -> Result<Self, InvalidRedisUrl> {
        Self::with_timeout(url, TIMEOUT)
    }

    /// Like [`RedisLink::new`], with this timeout for a command. It covers connecting, both ways on the network, and the delay until this process reads the
    /// reply.
    ///
    /// # Errors
    /// [`InvalidRedisUrl`], which never contains the password.
    pub fn with_timeout(url: &str, timeout: Duration) -> Result<Self, InvalidRedisUrl> {
        let refused = |source| InvalidRedisUrl { shown: without_password(url), source };
        let servers = RedisServers::parse(url).map_err(refused)?;
        let fixed = servers.fixed().map(|client| reconnecting(client, timeout)).transpose();
        let reconnecting = Mutex::new(fixed.map_err(refused)?);
        Ok(Self(Arc::new(Link {
            servers,
            timeout,
            circuit_breaker: CircuitBreaker::new(),
            reconnecting,
            lookup: tokio::sync::Mutex::default(),
        })))
    }

    /// Whether Sentinels say which Redis is the primary.
    pub fn has_sentinels(&self) -> bool {
        self.0.servers.fixed().is_none()
    }

    /// The connection for the node's own commands: polls, health checks, operator commands.
    pub fn connection(&self) -> LinkConnection {
        self.connection_for(Holder::Node)
    }

    /// The connection for commands that are accounted to `holder`: the tenant that they are about.
    pub fn connection_for(&self, holder: impl Into<Holder>) -> LinkConnection {
        LinkConnection { link: self.clone(), holder: holder.into() }
    }

    /// A connection that does not reconnect: it ends with the Redis process that it reaches.
    pub(crate) async fn single_use_connection(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.0.timeout))
            .set_response_timeout(Some(REPLAY_TIMEOUT));
        let primary = self.0.servers.primary().await?;
        primary.get_multiplexed_async_connection_with_config(&config).await
    }

    /// Looks the primary up before the next command, if it can change. A connection to a former primary may work, but what is read there is old.
    pub(crate) fn forget_primary(&self) {
        if self.has_sentinels() {
            *self.0.reconnecting.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// The connection of this link. Looks the primary up if necessary, in a task of its own, because that may take longer than a command.
    async fn current(&self) -> RedisResult<ConnectionManager> {
        if let Some(connection) = self.known() {
            return Ok(connection);
        }
        let link = self.clone();
        let found = tokio::spawn(async move { link.look_up().await });
        found.await.map_err(io::Error::other)?
    }

    fn known(&self) -> Option<ConnectionManager> {
        self.0.reconnecting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn look_up(&self) -> RedisResult<ConnectionManager> {
        let _one_at_a_time = self.0.lookup.lock().await;
        if let Some(connection) = self.known() {
            return Ok(connection);
        }
        let primary = time::timeout(LOOKUP_TIMEOUT, self.0.servers.primary()).await;
        let primary = primary.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        // To the circuit breaker it is the same whether no Sentinel answers or no primary.
        let primary =
            primary.map_err(|error| io::Error::new(io::ErrorKind::NotConnected, error))?;
        let fresh = reconnecting(&primary, self.0.timeout)?;
        tracing::info!(address = %primary.get_connection_info().addr(), "session.redis.primary_found");
        *self.0.reconnecting.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh.clone());
        Ok(fresh)
    }

    /// Sends the commands as one pipeline and returns a reply for each. A command that Redis refuses has its error as the reply.
    pub(crate) async fn send(
        &self,
        holder: Holder,
        pipeline: &Pipeline,
    ) -> RedisResult<Vec<Value>> {
        self.run(holder, async |mut connection| {
            connection.send_packed_commands(pipeline, 0, pipeline.len()).await
        })
        .await
    }

    /// Sends through the circuit breaker and waits for the reply, at most for the timeout.
    async fn run<T, F>(
        &self,
        holder: Holder,
        send: impl FnOnce(ConnectionManager) -> F,
    ) -> RedisResult<T>
    where
        F: Future<Output = RedisResult<T>>,
        T: Reply,
    {
        let Link { circuit_breaker, timeout, .. } = &*self.0;
        let timeout = *timeout;
        let _in_flight = circuit_breaker.admit(holder).map_err(not_sent)?;
        RoundTrips::note(NetworkStore::Redis);
        let mut pending = std::pin::pin!(async { send(self.current().await?).await });
        let started = Instant::now();
        let mut reply = time::timeout(timeout, &mut pending).await.ok();
        if reply.is_none() {
            // This worker may be late, not Redis: the reply may have arrived already.
            let late = started.elapsed().saturating_sub(timeout);
            reply = time::timeout(GRACE + late.min(timeout) * 4, &mut pending).await.ok();
        }
        let longest = timeout * BUSY_FACTOR;
        while reply.is_none()
            && started.elapsed() < longest
            && circuit_breaker.replied_within(timeout)
        {
            // Redis answers other commands, so this worker is behind.
            reply = time::timeout(timeout, &mut pending).await.ok();
        }
        match reply {
            None => {
                if circuit_breaker.record_timeout().is_multiple_of(MAX_TIMEOUTS) {
                    self.replace()?;
                }
                Err(io::Error::from(io::ErrorKind::TimedOut).into())
            }
            Some(Err(error)) if is_broken(&error) => {
                circuit_breaker.record_break();
                self.forget_primary();
                Err(error)
            }
            Some(reply) => {
                circuit_breaker.record_reply();
                if reply.as_ref().is_ok_and(Reply::is_of_a_replica) {
                    self.forget_primary();
                }
                reply
            }
        }
    }

    fn replace(&self) -> RedisResult<()> {
        let fixed = self.0.servers.fixed();
        let fresh = fixed.map(|client| reconnecting(client, self.0.timeout)).transpose()?;
        *self.0.reconnecting.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

impl ConnectionLike for LinkConnection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        self.link
            .run(self.holder, async move |mut connection| {
                connection.send_packed_command(command).await
            })
            .boxed()
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        self.link
            .run(self.holder, async move |mut connection| {
                connection.send_packed_commands(pipeline, offset, count).await
            })
            .boxed()
    }

    fn get_db(&self) -> i64 {
        self.link.0.servers.db()
    }
}

/// The reply to a command, or the replies to a pipeline.
trait Reply {
    /// Whether Redis refused a command because it is no longer a primary.
    fn is_of_a_replica(&self) -> bool;
}

impl Reply for Value {
    fn is_of_a_replica(&self) -> bool {
        let Self::ServerError(error) = self else { return false };
        let kind = RedisError::from(error.clone()).kind();
        matches!(kind, ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown))
    }
}

impl Reply for Vec<Value> {
    fn is_of_a_replica(&self) -> bool {
        self.iter().any(Reply::is_of_a_replica)
    }
}

/// A connection that connects at the first command and reconnects after a failure. Its own timeouts are off, because [`RedisLink`] measures time.
fn reconnecting(client: &Client, timeout: Duration) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(None)
        .set_connection_timeout(Some(timeout))
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

/// Whether the error means that the connection failed, and not that Redis refused a command.
fn is_broken(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error()
}

fn not_sent(why: NotSent) -> RedisError {
    let kind = match why {
        NotSent::Down => io::ErrorKind::NotConnected,
        NotSent::Full(_) => io::ErrorKind::QuotaExceeded,
    };
    io::Error::new(kind, why).into()
}

impl fmt::Debug for RedisLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisLink(…)")
    }
}
