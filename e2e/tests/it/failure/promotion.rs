//! S8: Redis is restarted with its AOF, or a replica is promoted by Sentinel.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, Stack, db_redis, until};
use redis::Value;
use reqwest::Method;
use session::conformance::LocalServer;
use uuid::Uuid;

const DEADLINE: Duration = Duration::from_mins(1);
/// The name that Sentinel has for the primary and its replicas.
const NAME: &str = "sessions";

/// A primary, a replica and a Sentinel.
struct Replicated {
    primary: LocalServer,
    replica: LocalServer,
    sentinel: LocalServer,
    _folder: Folder,
}

/// A folder for one test.
struct Folder(PathBuf);

impl Replicated {
    async fn start() -> Self {
        let folder = Folder::empty();
        let primary = LocalServer::start(|port| redis_server(port, &[])).await;
        let of = primary.port().to_string();
        let replica =
            LocalServer::start(move |port| redis_server(port, &["--replicaof", "127.0.0.1", &of]))
                .await;
        until("the replica to follow", DEADLINE, async || {
            (info(&primary).await?.contains("state=online")).then_some(())
        })
        .await;
        let config = folder.0.join("sentinel.conf");
        let settings = format!(
            "sentinel monitor {NAME} 127.0.0.1 {} 1\nsentinel down-after-milliseconds {NAME} 500\nsentinel failover-timeout {NAME} 4000\n",
            primary.port()
        );
        fs::write(&config, settings).unwrap();
        let sentinel = LocalServer::start(move |port| {
            let mut sentinel = Command::new("redis-server");
            sentinel.arg(&config).args(["--sentinel", "--port", &port.to_string()]);
            sentinel.stdout(Stdio::null());
            sentinel
        })
        .await;
        let replicated = Self { primary, replica, sentinel, _folder: folder };
        until("Sentinel to know the replica", DEADLINE, async || {
            let replicas: Vec<Value> = replicated.ask_sentinel("REPLICAS").await?;
            (replicas.len() == 1).then_some(())
        })
        .await;
        replicated
    }

    /// The URL with which the product finds the primary.
    fn url(&self) -> String {
        format!("redis+sentinel://{}/{NAME}/0", self.sentinel.address())
    }

    async fn ask_sentinel<T: redis::FromRedisValue>(&self, command: &str) -> Option<T> {
        let mut sentinel = db_redis::open(&format!("redis://{}", self.sentinel.address())).await;
        redis::cmd("SENTINEL").arg(command).arg(NAME).query_async(&mut sentinel).await.ok()
    }

    /// The port of the server that Sentinel calls the primary.
    async fn primary_port(&self) -> u16 {
        let address: Vec<String> = self.ask_sentinel("GET-MASTER-ADDR-BY-NAME").await.unwrap();
        address[1].parse().unwrap()
    }

    async fn wait_for_primary(&self, port: u16) {
        until("another primary", DEADLINE, async || {
            (self.primary_port().await == port).then_some(())
        })
        .await;
    }

    /// Waits until the replica has everything that the primary has.
    async fn replicate(&self) {
        let mut primary = db_redis::open(&format!("redis://{}", self.primary.address())).await;
        let _: () = redis::cmd("SET").arg("test").arg(1).query_async(&mut primary).await.unwrap();
        let replicas: u32 =
            redis::cmd("WAIT").arg(1).arg(10_000).query_async(&mut primary).await.unwrap();
        assert_eq!(replicas, 1);
    }
}

impl Folder {
    fn empty() -> Self {
        let path = std::env::temp_dir().join(format!("watertight-e2e-redis-{}", Uuid::new_v4()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A server that was killed a moment ago may have written to it.
        let _left = fs::remove_dir_all(&self.0);
    }
}

fn redis_server(port: u16, options: &[&str]) -> Command {
    let mut redis = Command::new("redis-server");
    redis.args(["--port", &port.to_string(), "--save", "", "--appendonly", "no"]);
    redis.args(options).stdout(Stdio::null());
    redis
}

async fn info(server: &LocalServer) -> Option<String> {
    let mut redis = db_redis::open(&format!("redis://{}", server.address())).await;
    redis::cmd("INFO").arg("replication").query_async(&mut redis).await.ok()
}

/// Waits until a session is accepted. Until then requests are 503, and never 401.
async fn wait_until_accepted(kept: &Actor, ended: &Actor) {
    until("the session to be accepted", DEADLINE, async || {
        let refused = ended.get(paths::EMPLOYEES).without_retry().send().await.status;
        assert!([401, 503].contains(&refused), "{refused} for an ended session");
        let status = kept.get(paths::EMPLOYEES).without_retry().send().await.status;
        assert!([200, 503].contains(&status), "{status} for a session");
        (status == 200).then_some(())
    })
    .await;
}

/// S8: a Redis that writes its AOF keeps sessions over a restart. A session that ended before stays ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_with_its_aof_keeps_sessions_over_a_restart() {
    let (stack, folder) = (Stack::get().await, Folder::empty());
    let path = folder.0.display().to_string();
    let mut redis = LocalServer::start(move |port| {
        redis_server(port, &["--appendonly", "yes", "--appendfsync", "always", "--dir", &path])
    })
    .await;
    let acme = Company::fresh(stack).await;
    let url = format!("redis://{}/0", redis.address());
    let node = stack.server_config().with("REDIS_SESSION_URL", &url).start().await;
    let kept = acme.actor_on(&node, Role::HrAdmin).await;
    let ended = acme.actor_on(&node, Role::Employee).await;
    ended.request(Method::DELETE, paths::SESSION).expect(204).await;
    redis.restart().await;
    wait_until_accepted(&kept, &ended).await;
    ended.get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
}

/// S8, S2: a replica is promoted that has not received the last sign-out. The session that ended stays ended, and the others are valid on every node. So it is
/// when the former primary comes back as a replica and is promoted in turn.
#[tokio::test(flavor = "multi_thread")]
async fn a_promoted_replica_keeps_sessions_and_revives_none() {
    let (stack, mut redis) = (Stack::get().await, Replicated::start().await);
    let acme = Company::fresh(stack).await;
    let config = stack.server_config().with("REDIS_SESSION_URL", &redis.url());
    let (node, other) = tokio::join!(config.start(), config.start());
    let kept = acme.actor_on(&node, Role::HrAdmin).await;
    let ended = acme.actor_on(&node, Role::Employee).await;
    redis.replicate().await;

    redis.replica.pause();
    ended.request(Method::DELETE, paths::SESSION).expect(204).await;
    redis.primary.kill();
    redis.replica.resume();
    redis.wait_for_primary(redis.replica.port()).await;
    for node in [&node, &other] {
        wait_until_accepted(&kept.clone().on(node), &ended.clone().on(node)).await;
        ended.clone().on(node).get(paths::EMPLOYEES).expect(401).await.problem(Code::NotSignedIn);
    }
    let new = acme.actor_on(&other, Role::Auditor).await;
    new.clone().on(&node).get(paths::EMPLOYEES).expect(200).await;

    redis.primary.restart().await;
    until("the former primary to follow", DEADLINE, async || {
        (info(&redis.replica).await?.contains("state=online")).then_some(())
    })
    .await;
    until("Sentinel to promote it", DEADLINE, async || {
        redis.ask_sentinel::<String>("FAILOVER").await
    })
    .await;
    redis.wait_for_primary(redis.primary.port()).await;
    for node in [&node, &other] {
        wait_until_accepted(&new.clone().on(node), &ended.clone().on(node)).await;
        kept.clone().on(node).get(paths::EMPLOYEES).expect(200).await;
    }
}
