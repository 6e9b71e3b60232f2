//! A Redis connection that reconnects. Each worker has its own, and it is always multiplexed.

use std::{
    fmt,
    future::Future,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use redis::{
    AsyncConnectionConfig, Client, Cmd, Pipeline, RedisError, RedisFuture, RedisResult, Value,
    aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, MultiplexedConnection},
};
use tokio::time;

use share::Holder;

use crate::{
    circuit_breaker::{CircuitBreaker, NotSent},
    redis_reply::Reply,
    redis_servers::{Primary, RedisServers, without_password},
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
/// The timeout of one pipeline of a replay: it holds many commands, and no request waits for it.
const REPLAY_TIMEOUT: Duration = Duration::from_secs(5);

/// A multiplexed connection to one Redis. It connects at the first command and again after a failure.
///
/// Only multiplexed connections are allowed: on a plain one, a request dropped half-way leaves its reply for the next request to read.
/// That was the bug behind the ChatGPT leak of 2023 (redis-rs and redis-py alike).
#[derive(Clone)]
pub struct RedisLink(Arc<Link>);

struct Link {
    servers: Arc<RedisServers>,
    timeout: Duration,
    circuit_breaker: CircuitBreaker,
    connection: Mutex<LinkState>,
}

/// The connection of a link.
#[derive(Default)]
struct LinkState {
    /// The number of the primary that it leads or led to.
    number: u64,
    /// `None` while the primary is not known.
    connection: Option<ConnectionManager>,
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
        let servers = Arc::new(RedisServers::parse(url).map_err(refused)?);
        Self::to(servers, timeout).map_err(refused)
    }

    fn to(servers: Arc<RedisServers>, timeout: Duration) -> RedisResult<Self> {
        let known = servers.known().map(|primary| LinkState::to(&primary, timeout)).transpose()?;
        Ok(Self(Arc::new(Link {
            servers,
            timeout,
            circuit_breaker: CircuitBreaker::new(),
            connection: Mutex::new(known.unwrap_or_default()),
        })))
    }

    /// Another link to the same Redis, with a connection and a circuit breaker of its own.
    ///
    /// # Errors
    /// If no connection can be prepared.
    pub fn another(&self) -> RedisResult<Self> {
        Self::to(Arc::clone(&self.0.servers), self.0.timeout)
    }

    /// Looks the primary up, if Sentinels know it, and waits longer than a command does. Afterwards every link that is made with [`Self::another`] knows it.
    ///
    /// # Errors
    /// If no Sentinel answers, or none knows a primary that answers.
    pub async fn find_primary(&self) -> RedisResult<()> {
        self.0.servers.primary_after(0).await.map(drop)
    }

    /// Whether Sentinels say which Redis is the primary.
    pub fn has_sentinels(&self) -> bool {
        self.0.servers.has_sentinels()
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
        // Not the primary that was found before: this connection is made because it may no longer be one.
        let lost = self.0.servers.known().map_or(0, |primary| primary.number);
        let primary = self.0.servers.primary_after(lost).await?;
        primary.client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// Makes the next command look the primary up, if it can change. A connection to a former primary may still work, but what is read there is old.
    pub(crate) fn forget_primary(&self) {
        let number = self.state().number;
        self.forget(number);
    }

    /// The same, unless another primary than the one with this number has been found meanwhile.
    fn forget(&self, number: u64) {
        let mut state = self.state();
        if self.has_sentinels() && state.number == number {
            state.connection = None;
        }
    }

    /// The connection of this link, and the number of its primary. Looks the primary up if necessary.
    async fn connection_to_primary(&self) -> RedisResult<(u64, ConnectionManager)> {
        let lost = {
            let state = self.state();
            if let Some(connection) = &state.connection {
                return Ok((state.number, connection.clone()));
            }
            state.number
        };
        let primary = self.0.servers.primary_after(lost).await?;
        let fresh = LinkState::to(&primary, self.0.timeout)?;
        let mut state = self.state();
        if state.number < primary.number {
            *state = fresh;
        }
        let connection = state.connection.clone();
        let connection = connection.ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))?;
        Ok((state.number, connection))
    }

    fn state(&self) -> MutexGuard<'_, LinkState> {
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
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
        let used = AtomicU64::default();
        let mut pending = std::pin::pin!(async {
            let (number, connection) = self.connection_to_primary().await?;
            used.store(number, Ordering::Relaxed);
            send(connection).await
        });
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
                    self.replace(used.load(Ordering::Relaxed))?;
                }
                Err(io::Error::from(io::ErrorKind::TimedOut).into())
            }
            Some(Err(error)) if is_broken(&error) => {
                circuit_breaker.record_break();
                self.forget(used.load(Ordering::Relaxed));
                Err(error)
            }
            Some(reply) => {
                circuit_breaker.record_reply();
                if self.has_sentinels() && reply.as_ref().is_ok_and(Reply::is_of_a_former_primary) {
                    self.forget(used.load(Ordering::Relaxed));
                }
                reply
            }
        }
    }

    /// Replaces the connection to the primary with this number, whose commands time out.
    fn replace(&self, number: u64) -> RedisResult<()> {
        if self.has_sentinels() {
            self.forget(number);
        } else if let Some(primary) = self.0.servers.known() {
            *self.state() = LinkState::to(&primary, self.0.timeout)?;
        }
        Ok(())
    }
}

impl LinkState {
    fn to(primary: &Primary, timeout: Duration) -> RedisResult<Self> {
        let connection = reconnecting(&primary.client, timeout)?;
        Ok(Self { number: primary.number, connection: Some(connection) })
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
