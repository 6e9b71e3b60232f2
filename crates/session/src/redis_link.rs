//! A Redis connection that heals itself: one per worker, never shared between workers, never a plain connection.

use std::{
    fmt,
    future::Future,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, Pipeline, RedisError, RedisFuture,
    RedisResult, Value,
    aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, MultiplexedConnection},
};
use tokio::time::timeout;

use share::Holder;

use crate::gate::{Gate, NotSent};

/// How long a command may take, with connecting, before it counts as a failure, unless the operator says otherwise. A refusal must leave within 300 ms.
const PATIENCE: Duration = Duration::from_millis(200);
/// How many times as long a command may take while Redis answers others on the same link.
const WITH_OTHERS: u32 = 5;
/// What an answer gets that lies there already while this worker was too busy to look.
const GRACE: Duration = Duration::from_millis(25);
/// After so many silent commands in a row the connection is replaced: whoever vanished without a word never closes it.
const REPLACED_AFTER: u32 = 3;
/// How long a command of a replay may take: there are many in one, and nobody waits for it.
const REPLAY_PATIENCE: Duration = Duration::from_secs(5);

/// A multiplexed connection to one Redis. It connects at the first command and again after a failure.
///
/// Only multiplexed connections are allowed: on a plain one, a request dropped half-way leaves its reply for the next request to read.
/// That was the bug behind the ChatGPT leak of 2023 (redis-rs and redis-py alike).
#[derive(Clone)]
pub struct RedisLink(Arc<Link>);

struct Link {
    client: Client,
    patience: Duration,
    gate: Gate,
    healing: Mutex<ConnectionManager>,
}

/// The connection of a link, behind its gate: no command waits for a Redis that is silent for longer than the link's patience, and none at all while it is
/// known to be down.
#[derive(Clone)]
pub struct LinkConnection {
    link: RedisLink,
    holder: Holder,
}

/// The URL names no Redis.
#[derive(Debug, thiserror::Error)]
#[error("`{shown}` is no Redis URL")]
pub struct InvalidRedisUrl {
    /// The URL without its password.
    shown: String,
    #[source]
    source: redis::RedisError,
}

impl RedisLink {
    /// Prepares a link to `redis://[user:password@]host:port[/db]`, without connecting yet.
    ///
    /// # Errors
    /// [`InvalidRedisUrl`], with the password left out.
    pub fn new(url: &str) -> Result<Self, InvalidRedisUrl> {
        Self::with_patience(url, PATIENCE)
    }

    /// The same, for commands that may take this long: connecting, the way there and back, and this process getting round to it.
    ///
    /// # Errors
    /// [`InvalidRedisUrl`], with the password left out.
    pub fn with_patience(url: &str, patience: Duration) -> Result<Self, InvalidRedisUrl> {
        let refused = |source| InvalidRedisUrl { shown: without_password(url), source };
        let client = Client::open(url).map_err(refused)?;
        let healing = Mutex::new(healing(&client, patience).map_err(refused)?);
        Ok(Self(Arc::new(Link { client, patience, gate: Gate::open(), healing })))
    }

    /// The connection, to send the node's own commands on: polls, checks, what an operator asks for.
    pub fn connection(&self) -> LinkConnection {
        self.connection_for(Holder::Node)
    }

    /// The connection, to send commands on that are accounted to this holder: the tenant that they are about.
    pub fn connection_for(&self, holder: impl Into<Holder>) -> LinkConnection {
        LinkConnection { link: self.clone(), holder: holder.into() }
    }

    /// A connection that ends with the process at its other end, and does not come back as one to the next.
    pub(crate) async fn unhealing(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.0.patience))
            .set_response_timeout(Some(REPLAY_PATIENCE));
        self.0.client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// Sends commands together and returns what each was answered; one that is refused is answered too.
    pub(crate) async fn send(
        &self,
        holder: Holder,
        pipeline: &Pipeline,
    ) -> RedisResult<Vec<Value>> {
        self.ask(holder, async |mut connection| {
            connection.send_packed_commands(pipeline, 0, pipeline.len()).await
        })
        .await
    }

    /// Lets a command through the gate and waits for it, not for long.
    async fn ask<T, F>(
        &self,
        holder: Holder,
        send: impl FnOnce(ConnectionManager) -> F,
    ) -> RedisResult<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let Link { gate, healing, patience, .. } = &*self.0;
        let patience = *patience;
        let _inside = gate.enter(holder).map_err(not_sent)?;
        let connection = healing.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut answer = std::pin::pin!(send(connection));
        let asked = Instant::now();
        let mut answered = timeout(patience, &mut answer).await.ok();
        if answered.is_none() {
            // Whoever looks late must not blame Redis for it: the answer may lie there unread.
            let late = asked.elapsed().saturating_sub(patience);
            answered = timeout(GRACE + late.min(patience) * 4, &mut answer).await.ok();
        }
        let longest = patience * WITH_OTHERS;
        while answered.is_none() && asked.elapsed() < longest && gate.answered_within(patience) {
            // It answers others: this worker is behind, not Redis.
            answered = timeout(patience, &mut answer).await.ok();
        }
        match answered {
            None => {
                if gate.fell_silent().is_multiple_of(REPLACED_AFTER) {
                    self.replace()?;
                }
                Err(io::Error::from(io::ErrorKind::TimedOut).into())
            }
            Some(Err(error)) if is_broken(&error) => {
                gate.broke();
                Err(error)
            }
            Some(answered) => {
                gate.answered();
                answered
            }
        }
    }

    fn replace(&self) -> RedisResult<()> {
        let fresh = healing(&self.0.client, self.0.patience)?;
        *self.0.healing.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

impl ConnectionLike for LinkConnection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        self.link
            .ask(self.holder, async move |mut connection| {
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
            .ask(self.holder, async move |mut connection| {
                connection.send_packed_commands(pipeline, offset, count).await
            })
            .boxed()
    }

    fn get_db(&self) -> i64 {
        self.link.0.client.get_connection_info().redis_settings().db()
    }
}

/// A connection that is made at the first command and made again when it broke. We alone measure time.
fn healing(client: &Client, patience: Duration) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(None)
        .set_connection_timeout(Some(patience))
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

/// Whether the error says that there is no connection, and not that Redis refuses a command.
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

/// The host and port of a Redis URL for an error message, or the scheme alone if it cannot be read.
fn without_password(url: &str) -> String {
    match Client::open(url).map(|client| client.get_connection_info().addr().clone()) {
        Ok(ConnectionAddr::Tcp(host, port)) => format!("redis://{host}:{port}"),
        _ => url.split_once(':').map_or_else(String::new, |(scheme, _)| format!("{scheme}:…")),
    }
}
