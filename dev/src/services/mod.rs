//! PostgreSQL and Redis: by the Docker engine if one runs, else as instances of our own.

pub mod docker;
pub mod native;
pub mod owner;

use std::time::Duration;

/// How long PostgreSQL or Redis may take until they answer; a recovery after a power cut takes some of it.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// What Redis is told: sessions are never evicted, and nothing is written to disk.
pub const REDIS_OPTIONS: [&str; 8] = [
    "--maxmemory-policy",
    "noeviction",
    "--maxmemory",
    "512mb",
    "--save",
    "",
    "--appendonly",
    "no",
];
