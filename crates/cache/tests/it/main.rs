//! The cache against a Redis of its own: whatever dies or is lost, nobody is served what was true before a write.
#![expect(clippy::expect_used, reason = "what is missing here fails the test that wants it")]

mod concurrency;
mod crash;
mod deadline;
mod empty;
mod failover;
mod fences;
#[cfg(feature = "lab")]
mod locks;
mod node;
mod private_redis;
