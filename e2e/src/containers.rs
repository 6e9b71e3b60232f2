//! PostgreSQL and Redis in containers: started once for a test binary, removed when its process is gone.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use testcontainers::{
    ContainerAsync, ContainerRequest, GenericImage, ImageExt,
    core::{CmdWaitFor, ExecCommand, IntoContainerPort, Mount, WaitFor},
    runners::AsyncRunner,
};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::{closed_port, db_redis, deadline::until, reaper, runtime::on_harness};

/// More than all tests of a binary ask for.
const REDIS_DATABASES: u32 = 512;

/// A PostgreSQL whose superuser is `postgres` with [`Postgres::PASSWORD`]. It may lose data when the power goes, and is faster for it.
pub struct Postgres(Container);

/// A Redis that keeps nothing on disk.
pub struct Redis {
    container: Container,
    next_database: AtomicU32,
}

/// A container, and where its one port is to be found.
struct Container {
    address: String,
    running: ContainerAsync<GenericImage>,
}

impl Postgres {
    /// The superuser's password.
    pub const PASSWORD: &str = "superuser-of-the-tests";

    /// A PostgreSQL of one's own.
    pub async fn start() -> Self {
        const COMMAND: &str = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400";
        let image = GenericImage::new("postgres", "17")
            .with_exposed_port(5432.tcp())
            // The first server of the entry point logs to the standard output, the real one to the standard error.
            .with_wait_for(WaitFor::message_on_stderr(
                "database system is ready to accept connections",
            ))
            .with_env_var("POSTGRES_PASSWORD", Self::PASSWORD)
            .with_mount(Mount::tmpfs_mount("/var/lib/postgresql/data"))
            .with_cmd(COMMAND.split(' '));
        Self(Container::start(image, "postgres", 5432).await)
    }

    /// Where it listens: `host:port`.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// URL of the superuser, who bypasses every policy.
    pub fn superuser_url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@{}/{database}", Self::PASSWORD, self.0.address)
    }

    /// Runs a statement past every policy.
    pub async fn db_as_superuser(&self, sql: &str) {
        let psql =
            ["psql", "-U", "postgres", "-d", "watertight", "-v", "ON_ERROR_STOP=1", "-c", sql];
        let command = ExecCommand::new(psql).with_cmd_ready_condition(CmdWaitFor::exit_code(0));
        self.0.running.exec(command).await.expect("the statement runs");
    }

    /// Whether a condition holds, asked past every policy.
    pub async fn db_holds(&self, condition: &str) -> bool {
        let sql = format!("select 1 / (case when {condition} then 1 else 0 end)");
        let psql =
            ["psql", "-U", "postgres", "-d", "watertight", "-v", "ON_ERROR_STOP=1", "-c", &sql];
        let command = ExecCommand::new(psql).with_cmd_ready_condition(CmdWaitFor::exit());
        let asked = self.0.running.exec(command).await.expect("`psql` runs");
        asked.exit_code().await.expect("an exit code") == Some(0)
    }

    /// Stops answering and keeps its connections, as a server that hangs does.
    pub async fn pause(&self) {
        self.0.running.pause().await.expect("the engine pauses a container");
    }

    /// Answers again.
    pub async fn unpause(&self) {
        self.0.running.unpause().await.expect("the engine goes on with a container");
    }
}

impl Redis {
    /// The Redis that all tests of this binary share.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Redis> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// A Redis of one's own.
    pub async fn start() -> Self {
        // Values are kept uncompressed, so that a test that looks into one sees what is in it.
        const COMMAND: &str = "redis-server --appendonly no --rdbcompression no --databases";
        let databases = REDIS_DATABASES.to_string();
        let image = GenericImage::new("redis", "8")
            .with_exposed_port(6379.tcp())
            .with_wait_for(WaitFor::message_on_stdout("Ready to accept connections"))
            .with_cmd(COMMAND.split(' ').chain([databases.as_str(), "--save", ""]));
        Self {
            container: Container::start(image, "redis", 6379).await,
            next_database: AtomicU32::new(1),
        }
    }

    /// A Redis of one's own that is found at the same address after it was stopped and started.
    pub async fn that_restarts() -> Self {
        let image = GenericImage::new("redis", "8")
            .with_wait_for(WaitFor::message_on_stdout("Ready to accept connections"))
            .with_mapped_port(closed_port(), 6379.tcp())
            .with_cmd(["redis-server", "--appendonly", "no", "--save", ""]);
        let container = Container::start(image, "redis", 6379).await;
        Self { container, next_database: AtomicU32::new(1) }
    }

    /// Writes what it holds to its disk. It does so only when it is told to, so this is what a later start reads.
    pub async fn save(&self) {
        let mut redis = db_redis::open(&self.url()).await;
        let saved: String = redis::cmd("SAVE").query_async(&mut redis).await.expect("it saves");
        assert_eq!(saved, "OK");
    }

    /// Ends it; what was not saved is gone.
    pub async fn stop(&self) {
        self.container.running.stop_with_timeout(Some(2)).await.expect("the engine stops it");
    }

    /// Starts it again, with what was saved.
    pub async fn start_again(&self) {
        self.container.running.start().await.expect("the engine starts it");
        let client = redis::Client::open(self.url()).expect("a Redis URL");
        until("Redis to answer", Duration::from_secs(20), async || {
            client.get_multiplexed_async_connection().await.ok().map(|_| ())
        })
        .await;
    }

    /// Where it listens: `host:port`.
    pub fn address(&self) -> &str {
        &self.container.address
    }

    /// URL of the database that the shared server uses.
    pub fn url(&self) -> String {
        format!("redis://{}/0", self.container.address)
    }

    /// URL of a database that nobody else uses.
    pub fn url_of_a_fresh_database(&self) -> String {
        let number = self.next_database.fetch_add(1, Ordering::Relaxed);
        assert!(number < REDIS_DATABASES, "more than {REDIS_DATABASES} Redis databases are in use");
        format!("redis://{}/{number}", self.container.address)
    }

    /// Stops answering and keeps its connections, as a server that hangs does.
    pub async fn pause(&self) {
        self.container.running.pause().await.expect("the engine pauses a container");
    }

    /// Answers again.
    pub async fn unpause(&self) {
        self.container.running.unpause().await.expect("the engine goes on with a container");
    }
}

impl Container {
    async fn start(image: ContainerRequest<GenericImage>, what: &'static str, port: u16) -> Self {
        let name = format!("watertight-e2e-{what}-{}", Uuid::new_v4().simple());
        reaper::container(&name);
        on_harness(async move {
            let started = image.with_container_name(name).start().await;
            let running = started.unwrap_or_else(|error| {
                panic!(
                    "error: no container of `{what}` starts: {error}\nhint: `./setup.sh test` installs and starts the Docker engine and its images"
                )
            });
            let host = running.get_host().await.expect("the engine's host");
            let port = running.get_host_port_ipv4(port).await.expect("the mapped port");
            Self { address: format!("{host}:{port}"), running }
        })
        .await
    }
}
