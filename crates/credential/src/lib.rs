//! How what people and programs know is kept and checked: passwords with argon2id, verifiers of SRP for pools that ask for them, and signatures of requests.
//!
//! What is slow runs on a bounded pool of threads with reused buffers. No secret leaves but hashed or sealed, and none is shown by `Debug`; and whether
//! somebody exists is never told apart from whether they know their secret.

mod hash;
mod new_password;
mod pool;
pub mod sigv4;
pub mod srp;

pub use hash::{HashFailed, MAX_PASSWORD_BYTES, PasswordHash, UnreadableHash};
pub use new_password::{FEWEST_CHARACTERS, NewPassword, WeakPassword};
pub use pool::{Error, Limits, Passwords, Place};
