//! PostgreSQL and Redis in containers. They are started once per test binary and removed after its process has ended.

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

/// The number of Redis databases: more than all tests of a binary use.
const REDIS_DATABASES: u32 = 512;

/// A PostgreSQL whose superuser is `postgres` with [`Postgres::PASSWORD`]. It does not write durably, which makes it faster.
pub struct Postgres(Container);

/// A Redis that writes nothing to disk.
pub struct Redis {
    container: Container,
    next_database: AtomicU32,
}

/// A running container and the address of its port.
struct Container {
    address: String,
    running: ContainerAsync<GenericImage>,
}

impl Postgres {
    /// The superuser's password.
    pub const PASSWORD: &str = "superuser-of-the-tests";

    /// Starts a PostgreSQL that is not shared.
    pub async fn start() -> Self {
        const COMMAND: &str = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400";
        let image = GenericImage::new("postgres", "17")
            .with_exposed_port(5432.tcp())
            // The image first runs a temporary server that logs to standard output; the real one logs to standard error.
            .with_wait_for(WaitFor::message_on_stderr(
                "database system is ready to accept connections",
            ))
            .with_env_var("POSTGRES_PASSWORD", Self::PASSWORD)
            .with_mount(Mount::tmpfs_mount("/var/lib/postgresql/data"))
            .with_cmd(COMMAND.split(' '));
        Self(Container::start(image, "postgres", 5432).await)
    }

    /// The address at which it listens: `host:port`.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The URL for the superuser, who bypasses row-level security.
    pub fn superuser_url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@{}/{database}", Self::PASSWORD, self.0.address)
    }

    /// Runs a statement as the superuser, who bypasses row-level security.
    pub async fn db_as_superuser(&self, sql: &str) {
        let psql =
            ["psql", "-U", "postgres", "-d", "watertight", "-v", "ON_ERROR_STOP=1", "-c", sql];
        let command = ExecCommand::new(psql).with_cmd_ready_condition(CmdWaitFor::exit_code(0));
        self.0.running.exec(command).await.expect("the statement runs");
    }

    /// Whether a condition holds, evaluated as the superuser, who bypasses row-level security.
    pub async fn db_holds(&self, condition: &str) -> bool {
        let sql = format!("select 1 / (case when {condition} then 1 else 0 end)");
        let psql =
            ["psql", "-U", "postgres", "-d", "watertight", "-v", "ON_ERROR_STOP=1", "-c", &sql];
        let command = ExecCommand::new(psql).with_cmd_ready_condition(CmdWaitFor::exit());
        let asked = self.0.running.exec(command).await.expect("`psql` runs");
        asked.exit_code().await.expect("an exit code") == Some(0)
    }

    /// Stops answering but keeps its connections open, like a server that hangs.
    pub async fn pause(&self) {
        self.0.running.pause().await.expect("the engine pauses the container");
    }

    /// Continues after a [`pause`](Self::pause).
    pub async fn unpause(&self) {
        self.0.running.unpause().await.expect("the engine resumes the container");
    }
}

impl Redis {
    /// The Redis that all tests of this binary share.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Redis> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// Starts a Redis that is not shared.
    pub async fn start() -> Self {
        // Dumps are not compressed, so that tests can search values for a text.
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

    /// Starts a Valkey, which has Redis' protocol and commands.
    pub async fn valkey() -> Self {
        let image = GenericImage::new("valkey/valkey", "8")
            .with_exposed_port(6379.tcp())
            .with_wait_for(WaitFor::message_on_stdout("Ready to accept connections"))
            .with_cmd(["--appendonly", "no", "--save", ""]);
        let container = Container::start(image, "valkey", 6379).await;
        Self { container, next_database: AtomicU32::new(1) }
    }

    /// Starts a Redis that is not shared and keeps its address after a restart.
    pub async fn that_restarts() -> Self {
        let image = GenericImage::new("redis", "8")
            .with_wait_for(WaitFor::message_on_stdout("Ready to accept connections"))
            .with_mapped_port(closed_port(), 6379.tcp())
            .with_cmd(["redis-server", "--appendonly", "no", "--save", ""]);
        let container = Container::start(image, "redis", 6379).await;
        Self { container, next_database: AtomicU32::new(1) }
    }

    /// Writes its data to disk. It does so only when told to, so a later start reads exactly this data.
    pub async fn save(&self) {
        let mut redis = db_redis::open(&self.url()).await;
        let saved: String = redis::cmd("SAVE").query_async(&mut redis).await.expect("it saves");
        assert_eq!(saved, "OK");
    }

    /// Stops Redis. Data that was not saved is lost.
    pub async fn stop(&self) {
        self.container.running.stop_with_timeout(Some(2)).await.expect("the engine stops it");
    }

    /// Starts Redis again with the data that was saved last.
    pub async fn start_again(&self) {
        self.container.running.start().await.expect("the engine starts it");
        let client = redis::Client::open(self.url()).expect("a Redis URL");
        until("Redis to answer", Duration::from_secs(20), async || {
            client.get_multiplexed_async_connection().await.ok().map(|_| ())
        })
        .await;
    }

    /// The address at which it listens: `host:port`.
    pub fn address(&self) -> &str {
        &self.container.address
    }

    /// The URL of the database that the shared node uses.
    pub fn url(&self) -> String {
        format!("redis://{}/0", self.container.address)
    }

    /// The URL of a database that no other test uses.
    pub fn url_of_a_fresh_database(&self) -> String {
        let number = self.next_database.fetch_add(1, Ordering::Relaxed);
        assert!(number < REDIS_DATABASES, "more than {REDIS_DATABASES} Redis databases are in use");
        format!("redis://{}/{number}", self.container.address)
    }

    /// Stops answering but keeps its connections open, like a server that hangs.
    pub async fn pause(&self) {
        self.container.running.pause().await.expect("the engine pauses the container");
    }

    /// Continues after a [`pause`](Self::pause).
    pub async fn unpause(&self) {
        self.container.running.unpause().await.expect("the engine resumes the container");
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
                    "error: cannot start a container of `{what}`: {error}\nhint: `./setup.sh test` installs and starts the Docker engine and its images"
                )
            });
            let host = running.get_host().await.expect("the engine's host");
            let port = running.get_host_port_ipv4(port).await.expect("the mapped port");
            Self { address: format!("{host}:{port}"), running }
        })
        .await
    }
}
