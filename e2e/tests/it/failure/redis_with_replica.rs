//! A Redis with a replica and a Sentinel that promotes it.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use e2e::{TempFolder, db_redis, until};
use redis::{Client, FromRedisValue, RedisResult, Value, aio::MultiplexedConnection};
use session::conformance::LocalServer;

/// How long anything may take that Sentinel does.
pub(super) const DEADLINE: Duration = Duration::from_mins(1);
/// The name that Sentinel has for the primary and its replicas.
const NAME: &str = "sessions";

/// A primary, a replica and a Sentinel.
pub(super) struct RedisWithReplica {
    pub(super) primary: LocalServer,
    pub(super) replica: LocalServer,
    sentinel: LocalServer,
    _folders: [TempFolder; 3],
}

impl RedisWithReplica {
    /// Starts all three, and waits until the Sentinel knows the replica.
    pub(super) async fn start() -> Self {
        let folders = ["primary", "replica", "sentinel"].map(TempFolder::empty);
        let path = folders[0].path().to_owned();
        let primary = LocalServer::start(move |port| redis_server(port, &path, &[])).await;
        let (path, of) = (folders[1].path().to_owned(), primary.port().to_string());
        let replica = LocalServer::start(move |port| {
            redis_server(port, &path, &["--replicaof", "127.0.0.1", &of])
        });
        let replica = replica.await;
        wait_for_replica(&primary).await;
        let sentinel = start_sentinel(folders[2].path(), &primary).await;
        let started = Self { primary, replica, sentinel, _folders: folders };
        until("Sentinel to know the replica", DEADLINE, async || {
            let replicas: Vec<Value> = started.ask_sentinel("REPLICAS").await.ok()?;
            (replicas.len() == 1).then_some(())
        })
        .await;
        started
    }

    /// The URL with which the product finds the primary.
    pub(super) fn url(&self) -> String {
        format!("redis+sentinel://{}/{NAME}/0", self.sentinel.address())
    }

    /// Waits until the server at this port is the primary.
    pub(super) async fn wait_for_primary(&self, port: u16) {
        until("another primary", DEADLINE, async || self.is_primary(port).await.then_some(()))
            .await;
    }

    /// Makes the Sentinel promote the server at this port although the primary answers.
    pub(super) async fn fail_over_to(&self, port: u16) {
        until("Sentinel to promote the other server", DEADLINE, async || {
            // An error means that a failover is under way already, or cannot begin yet.
            let _begun: RedisResult<String> = self.ask_sentinel("FAILOVER").await;
            self.is_primary(port).await.then_some(())
        })
        .await;
    }

    /// Whether Sentinel calls the server at this port the primary.
    async fn is_primary(&self, port: u16) -> bool {
        let found: RedisResult<(String, u16)> = self.ask_sentinel("GET-MASTER-ADDR-BY-NAME").await;
        found.is_ok_and(|(_, found)| found == port)
    }

    /// Waits until the replica has everything that the primary has, and then cuts it off. It gets nothing more.
    pub(super) async fn cut_the_replica_off(&self) {
        let mut primary = open(&self.primary).await.unwrap();
        until("the replica to have everything", DEADLINE, async || {
            let written = redis::cmd("SET").arg("test").arg(1).query_async(&mut primary).await;
            let _: () = written.ok()?;
            let replicas = redis::cmd("WAIT").arg(1).arg(100).query_async(&mut primary).await;
            (replicas.ok() == Some(1)).then_some(())
        })
        .await;
        self.replica.pause();
        // What was sent to a paused process would still be there when it continues, so its connection is closed.
        let kill = redis::cmd("CLIENT").arg(&["KILL", "TYPE", "replica"]).to_owned();
        let _: u32 = kill.query_async(&mut primary).await.unwrap();
        until("the replica to be cut off", DEADLINE, async || {
            info(&self.primary).await?.contains("connected_slaves:0").then_some(())
        })
        .await;
    }

    /// Whether the replica has this number of sessions.
    pub(super) async fn replica_has_sessions(&self, number: usize) -> bool {
        let url = format!("redis://{}/0", self.replica.address());
        db_redis::keys(&url, "s:{*").await.len() == number
    }

    async fn ask_sentinel<T: FromRedisValue>(&self, command: &str) -> RedisResult<T> {
        let mut sentinel = open(&self.sentinel).await?;
        redis::cmd("SENTINEL").arg(command).arg(NAME).query_async(&mut sentinel).await
    }
}

/// The command for a Redis that keeps its files in `folder` and writes none unless an option says so.
pub(super) fn redis_server(port: u16, folder: &Path, options: &[&str]) -> Command {
    let mut redis = Command::new("redis-server");
    redis.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
    redis.args(["--appendonly", "no", "--dir"]).arg(folder).args(options);
    redis.stdout(Stdio::null());
    redis
}

/// Waits until a primary has a replica that follows it.
pub(super) async fn wait_for_replica(primary: &LocalServer) {
    until("a replica to follow", DEADLINE, async || {
        info(primary).await?.contains("state=online").then_some(())
    })
    .await;
}

async fn info(server: &LocalServer) -> Option<String> {
    let mut redis = open(server).await.ok()?;
    redis::cmd("INFO").arg("replication").query_async(&mut redis).await.ok()
}

async fn start_sentinel(folder: &Path, primary: &LocalServer) -> LocalServer {
    let config = folder.join("sentinel.conf");
    let settings = format!(
        "dir {}\nsentinel monitor {NAME} 127.0.0.1 {} 1\nsentinel down-after-milliseconds {NAME} 2000\nsentinel failover-timeout {NAME} 20000\n",
        folder.display(),
        primary.port()
    );
    fs::write(&config, settings).unwrap();
    let sentinel = LocalServer::start(move |port| {
        let mut sentinel = Command::new("redis-server");
        sentinel.arg(&config).args(["--sentinel", "--port", &port.to_string()]);
        sentinel.args(["--bind", "127.0.0.1"]).stdout(Stdio::null());
        sentinel
    });
    sentinel.await
}

async fn open(server: &LocalServer) -> RedisResult<MultiplexedConnection> {
    let client = Client::open(format!("redis://{}", server.address()))?;
    client.get_multiplexed_async_connection().await
}
