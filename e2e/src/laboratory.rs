//! The lab: a node whose locks can be switched off, with its own stores.

use redis::aio::MultiplexedConnection;
use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::{Actor, Postgres, Redis, ServerConfig, Stack, db_redis, secrets, stack};

const FAULTS: &str = "/lab/faults";

/// A node whose locks can be switched off. Its PostgreSQL has the role that bypasses row-level security, so the product cannot be served from it.
pub struct Laboratory {
    /// The node and its stores.
    pub stack: &'static Stack,
    bodies: MultiplexedConnection,
    config: ServerConfig,
}

/// The state of the switches, as the lab build reports and accepts it.
#[derive(Serialize, Deserialize)]
struct Faults {
    off: Vec<String>,
    #[serde(default, skip_serializing)]
    locks: Vec<String>,
}

impl Laboratory {
    /// Starts a lab, which runs until the process ends.
    pub async fn start() -> Self {
        let (postgres, redis) = tokio::join!(Postgres::start(), Redis::shared());
        let [sessions_url, bodies_url] =
            [redis.url_of_a_fresh_database(), redis.url_of_a_fresh_database()];
        secrets::remember(Postgres::PASSWORD);
        stack::prepare(&postgres, &sessions_url).await;
        let product =
            ServerConfig::new(&postgres, &sessions_url).with("REDIS_CACHE_URL", &bodies_url);
        let config = product.clone().with("WATERTIGHT_LOG", "warn").of_the_laboratory();
        let superuser = postgres.superuser_url("postgres");
        config
            .clone()
            .with("WATERTIGHT_SUPERUSER_URL", &superuser)
            .run(&["prepare"])
            .await
            .succeeded();
        let stack = Stack::with_node(postgres, redis, &config).await;
        Self {
            stack: Box::leak(Box::new(stack)),
            bodies: db_redis::open(&bodies_url).await,
            config: product,
        }
    }

    /// The configuration of a product on the same stores.
    pub fn product(&self) -> ServerConfig {
        self.config.clone()
    }

    /// The names of all locks that can be switched off.
    pub async fn locks(&self) -> Vec<String> {
        self.visitor().get(FAULTS).expect(200).await.json::<Faults>().locks
    }

    /// Switches off exactly these locks and empties the cache.
    pub async fn switch_off(&self, locks: &[&str]) {
        let off = Faults { off: locks.iter().map(ToString::to_string).collect(), locks: vec![] };
        db_redis::clear(self.bodies.clone()).await;
        let set = self.visitor().request(Method::PUT, FAULTS).json(&off).expect(200).await;
        assert_eq!(set.json::<Faults>().off, off.off, "exactly these are off");
    }

    fn visitor(&self) -> Actor {
        Actor::at(&self.stack.server, "")
    }
}
