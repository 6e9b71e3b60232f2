//! Server sessions: ids are digested, expiry and tenant are checked here, and only this crate makes a [`Session`].

mod backend;
mod id;
mod locks;
mod memory;
mod record;
mod redis_backend;
mod redis_link;
mod revocation;
mod sessions;

pub use backend::Error;
pub use id::{InvalidSessionId, SessionDigest, SessionId};
pub use memory::MemoryBackend;
pub use redis_backend::RedisBackend;
pub use redis_link::{InvalidRedisUrl, RedisLink};
pub use revocation::{Revocation, Subject};
pub use sessions::{Policy, Session, Sessions, SignedIn};
