//! How a password is stored and checked: argon2id in a bounded pool of threads with reused buffers.

mod hash;
mod pool;

pub use hash::{HashFailed, MAX_PASSWORD_BYTES, PasswordHash, UnreadableHash};
pub use pool::{Error, Limits, Passwords, Place};
