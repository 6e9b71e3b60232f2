//! The cache with a private Redis: after crashes and lost data, no reader gets data from before a finished write.
#![expect(clippy::expect_used, reason = "a failed expectation fails the test")]

mod concurrency;
mod crash;
mod deadline;
mod empty_pages;
mod failover;
mod fences;
#[cfg(feature = "lab")]
mod locks;
mod node;
mod private_redis;
