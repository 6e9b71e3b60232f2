//! Server sessions. This crate digests session ids and checks expiry and tenant; no other crate can create a [`Session`].

mod backend;
mod denial;
mod fitness;
mod gate;
mod id;
mod incarnation;
mod locks;
mod memory;
mod record;
mod record_mac;
mod redis_backend;
mod redis_link;
mod replay;
mod revocation;
mod round_trip;
mod sessions;

pub use backend::Error;
pub use denial::{DenialQuestion, SignInOf};
pub use fitness::RedisFacts;
pub use id::{InvalidSessionId, SessionDigest, SessionId};
pub use incarnation::Incarnation;
pub use memory::MemoryBackend;
pub use redis_backend::RedisBackend;
pub use redis_link::{InvalidRedisUrl, RedisLink};
pub use replay::Replay;
pub use revocation::{Revocation, Subject};
pub use round_trip::{Asked, Replies, RoundTrip, command};
pub use sessions::{Policy, Session, SessionQuestion, Sessions, SignedIn, Started};
