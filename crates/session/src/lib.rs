//! Server sessions. This crate digests session ids and checks expiry and tenant; no other crate can create a [`Session`].

mod backend;
mod batch;
mod circuit_breaker;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod device;
mod error;
mod generation;
mod id;
mod indexed_records;
mod memory;
mod record;
mod record_mac;
mod record_outline;
mod record_store;
mod redis_backend;
mod redis_command;
mod redis_error;
mod redis_link;
mod redis_records;
mod redis_replay;
mod redis_reply;
mod redis_role;
mod redis_scan;
mod redis_servers;
mod redis_settings;
mod replay;
mod revocation;
mod revocation_check;
mod round_trips;
mod sessions;
mod store_backend;
mod token_revocation;

pub use batch::{PendingReply, ReadBatch, Replies};
pub use device::Device;
pub use error::Error;
pub use generation::Generation;
pub use id::{InvalidSessionId, RecordKey, SessionDigest, SessionId};
pub use indexed_records::{IndexedRecords, Item, ItemStore};
pub use memory::MemoryBackend;
pub use record::{FIELD_NAMES, Fields, Marks, Owner, Stored};
pub use record_outline::{FieldContent, FieldOutline, RecordOutline};
pub use record_store::{MAX_REPLACED, NewRecord, RecordStore, Renewal, Which};
pub use redis_backend::RedisBackend;
pub use redis_command::command;
pub use redis_link::{InvalidRedisUrl, RedisLink};
pub use redis_settings::RedisSettings;
pub use replay::Replay;
pub use revocation::{Revocation, Subject};
pub use revocation_check::RevocationCheck;
pub use round_trips::{NetworkStore, RoundTrips};
pub use sessions::{
    ListedSession, MAX_PER_ACCOUNT, PendingSession, Session, Sessions, SignedIn, Started,
};
pub use token_revocation::TokenOrigin;
