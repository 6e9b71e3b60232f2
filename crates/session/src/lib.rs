//! Server sessions. This crate digests session ids and checks expiry and tenant; no other crate can create a [`Session`].

mod backend;
mod circuit_breaker;
mod generation;
mod id;
mod memory;
mod pipeline;
mod record;
mod record_mac;
mod redis_backend;
mod redis_link;
mod redis_settings;
mod replay;
mod revocation;
mod sessions;
mod token_revocation;

pub use backend::Error;
pub use generation::Generation;
pub use id::{InvalidSessionId, SessionDigest, SessionId};
pub use memory::MemoryBackend;
pub use pipeline::{PendingReply, RedisPipeline, Replies, command};
pub use redis_backend::RedisBackend;
pub use redis_link::{InvalidRedisUrl, RedisLink};
pub use redis_settings::RedisSettings;
pub use replay::Replay;
pub use revocation::{Revocation, Subject};
pub use sessions::{PendingSession, Policy, Session, Sessions, SignedIn, Started};
pub use token_revocation::{RevocationCheck, TokenOrigin};
