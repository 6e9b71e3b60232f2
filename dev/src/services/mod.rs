//! PostgreSQL and Redis: in Docker if an engine is running, otherwise as child processes.

pub mod docker;
pub mod native;
pub mod owner;

use std::time::Duration;

/// The timeout for PostgreSQL or Redis to become ready; long enough for a recovery after a power cut.
pub const TIMEOUT: Duration = Duration::from_secs(90);

/// The options of Redis: it never evicts sessions, and writes nothing to disk.
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
