//! Stores and checks the secrets of people and programs: passwords with argon2id, SRP verifiers for pools that use SRP, and signatures of requests.
//!
//! Slow work runs on a bounded pool of threads with reused buffers. Secrets leave this crate only hashed or sealed, and `Debug` prints none. A caller cannot
//! tell an unknown account from a wrong secret.

mod hash;
mod new_password;
mod pool;
pub mod sigv4;
pub mod srp;

pub use hash::{HashingError, InvalidHash, MAX_PASSWORD_BYTES, PasswordHash};
pub use new_password::{MIN_CHARACTERS, NewPassword, WeakPassword};
pub use pool::{Error, HashingLimits, HashingPlace, Passwords};
