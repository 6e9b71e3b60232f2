//! PostgreSQL in a container, started once for all tests, and connections with its roles.

use std::{net::TcpListener, sync::LazyLock, time::Duration};

use sqlx::{Connection, PgConnection};
use store::{BootstrapConfig, Store, StoreConfig, bootstrap, migrate};
use testcontainers::{
    ContainerAsync, GenericImage, ImageExt,
    core::{IntoContainerPort, WaitFor},
    runners::AsyncRunner,
};
use tokio::{runtime::Runtime, sync::OnceCell};
use uuid::Uuid;

use crate::reaper::Reaper;

/// One runtime for all tests, because tests share connections, and a connection belongs to the runtime that opened it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime starts"));
static SHARED: OnceCell<Stack> = OnceCell::const_new();

/// A PostgreSQL server with the database `watertight`, bootstrapped and migrated.
pub(crate) struct Stack {
    pub(crate) container: ContainerAsync<GenericImage>,
    port: u16,
    _reaper: Reaper,
}

/// Runs a test with the shared server.
pub(crate) fn with_stack<T>(test: impl AsyncFnOnce(&'static Stack) -> T) -> T {
    RUNTIME.block_on(async { test(SHARED.get_or_init(Stack::start).await).await })
}

/// Runs a test that needs no server or starts its own.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

impl Stack {
    /// Starts a server that is not shared. The port is chosen here and not by Docker, so that it stays the same after a restart.
    pub(crate) async fn start() -> Self {
        let name = format!("watertight-store-{}", Uuid::new_v4());
        let reaper = Reaper::of(&name);
        let port = free_port();
        // A crash of the machine may lose data. A kill of PostgreSQL, which one test does, must not lose any.
        let settings = ["fsync=off", "full_page_writes=off", "max_connections=300"];
        let container = GenericImage::new("postgres", "17")
            .with_wait_for(WaitFor::message_on_stderr(
                "database system is ready to accept connections",
            ))
            .with_wait_for(WaitFor::message_on_stdout(
                "database system is ready to accept connections",
            ))
            .with_mapped_port(port, 5432.tcp())
            .with_env_var("POSTGRES_PASSWORD", "postgres")
            .with_container_name(name)
            .with_cmd(settings.iter().flat_map(|setting| ["-c", *setting]))
            .start()
            .await
            .expect("the image `postgres:17` starts");
        let stack = Self { container, port, _reaper: reaper };
        stack.make_database("watertight").await;
        stack.superuser("watertight").await.make_bypassing_role().await;
        stack
    }

    /// Creates a database with the same commands as in production.
    pub(crate) async fn make_database(&self, database: &str) {
        let config = BootstrapConfig {
            database: database.to_owned(),
            owner_password: "watertight_owner".to_owned(),
            app_password: "watertight_app".to_owned(),
            platform_password: "watertight_platform".to_owned(),
            session_password: Some("watertight_session".to_owned()),
        };
        bootstrap(&self.url("postgres", "postgres"), &config).await.expect("bootstrap works");
        migrate(&self.url("watertight_owner", database)).await.expect("migrations apply");
    }

    /// The URL for a role. Its password is its name.
    pub(crate) fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}:{role}@127.0.0.1:{}/{database}", self.port)
    }

    /// A store with the same roles as in production.
    pub(crate) async fn store(&self) -> Store {
        self.store_as("watertight_app", "watertight").await
    }

    /// A store that uses `role` instead of the app role.
    pub(crate) async fn store_as(&self, role: &str, database: &str) -> Store {
        Store::connect(self.config(role, database)).await.expect("the store connects")
    }

    /// The configuration of the stores in these tests.
    pub(crate) fn config(&self, role: &str, database: &str) -> StoreConfig {
        StoreConfig {
            app_url: self.url(role, database),
            platform_url: self.url("watertight_platform", database),
            max_connections: 4,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(10),
        }
    }

    /// A plain connection with a role, without the store.
    pub(crate) async fn connection(&self, role: &str, database: &str) -> PgConnection {
        PgConnection::connect(&self.url(role, database)).await.expect("the role connects")
    }

    /// A plain connection of the superuser.
    pub(crate) async fn superuser(&self, database: &str) -> Superuser {
        Superuser(self.connection("postgres", database).await)
    }
}

/// The superuser, who bypasses row-level security. It prepares and inspects data, and is never used for what a test checks.
pub(crate) struct Superuser(pub(crate) PgConnection);

impl Superuser {
    /// Runs SQL statements and fails the test if one of them fails.
    pub(crate) async fn run(&mut self, sql: &str) {
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut self.0).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Creates a role with the privileges of the app role that bypasses row-level security.
    async fn make_bypassing_role(&mut self) {
        self.run(
            "create role lab_bypass login bypassrls password 'lab_bypass' in role watertight_app",
        )
        .await;
        self.run("grant connect on database watertight to lab_bypass").await;
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}
