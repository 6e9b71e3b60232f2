//! The product with its stores, started once per test binary.

use store::{Store, StoreConfig};
use tokio::sync::OnceCell;

use crate::{Postgres, Redis, Server, ServerConfig, binary, runtime::on_harness, secrets, server};

/// A migrated PostgreSQL, a Redis, and one node that most tests share.
pub struct Stack {
    /// The database server with the product's roles and tables.
    pub postgres: Postgres,
    /// The Redis for sessions and cached bodies.
    pub redis: &'static Redis,
    /// The shared node. Tests use it unless they need a different one.
    pub server: Server,
    pub(crate) store: Store,
}

impl Stack {
    /// The stack that all tests of this process share.
    pub async fn get() -> &'static Self {
        static STACK: OnceCell<Stack> = OnceCell::const_new();
        // First, so that a missing binary is reported before containers are started.
        binary::watertight();
        STACK
            .get_or_init(async || Self::start(Postgres::start().await, Redis::shared().await).await)
            .await
    }

    /// A stack that no other test shares, for tests that break it. It runs until the process ends.
    pub async fn of_its_own() -> &'static Self {
        let (postgres, redis) = tokio::join!(Postgres::start(), Redis::start());
        Box::leak(Box::new(Self::start(postgres, Box::leak(Box::new(redis))).await))
    }

    async fn start(postgres: Postgres, redis: &'static Redis) -> Self {
        for (_, password) in server::PASSWORDS {
            secrets::remember(password);
        }
        secrets::remember(Postgres::PASSWORD);
        prepare(&postgres, &redis.url()).await;
        let config = ServerConfig::new(&postgres, &redis.url());
        Self::with_node(postgres, redis, &config).await
    }

    /// A stack with prepared stores, and a node with this configuration.
    pub(crate) async fn with_node(
        postgres: Postgres,
        redis: &'static Redis,
        config: &ServerConfig,
    ) -> Self {
        let (server, store) = tokio::join!(config.start(), connect(&postgres));
        Self { postgres, redis, server, store }
    }

    /// The configuration of the shared node, to start a different one.
    pub fn server_config(&self) -> ServerConfig {
        ServerConfig::new(&self.postgres, &self.redis.url())
    }

    /// A second node on the same stores.
    pub async fn second_node(&self) -> Server {
        self.server_config().start().await
    }
}

/// Creates roles, database and tables with the product's own commands.
pub(crate) async fn prepare(postgres: &Postgres, redis_url: &str) {
    let config = ServerConfig::new(postgres, redis_url);
    config.bootstrap(postgres).await;
    config.run(&["migrate"]).await.succeeded();
}

/// A store with which the harness creates companies. Its connections belong to the harness's runtime.
pub(crate) async fn connect(postgres: &Postgres) -> Store {
    let url = |role: &str, password: &str| {
        format!("postgres://{role}:{password}@{}/watertight", postgres.address())
    };
    let [_, (_, app), (_, platform), _] = server::PASSWORDS;
    let config = StoreConfig {
        app_url: url("watertight_app", app),
        platform_url: url("watertight_platform", platform),
        max_connections: 8,
        acquire_timeout: std::time::Duration::from_secs(20),
        statement_timeout: std::time::Duration::from_secs(20),
    };
    on_harness(Store::connect(config)).await.expect("PostgreSQL answers")
}
