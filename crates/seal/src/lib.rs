//! The root key: a key for each purpose and tenant is derived from it, and what is sealed under one opens under no other.
//!
//! Keys come from HKDF-SHA-256 (RFC 5869); boxes are XChaCha20-Poly1305 with a random nonce of 192 bits, so that no counter has to be
//! kept anywhere: `version (1) ‖ name of the root key (4) ‖ nonce (24) ‖ sealed ‖ tag (16)`.

mod cipher;
mod root;
mod seals;

pub use root::{InvalidRootKey, RootKey};
pub use seals::{NAMED_MAC, NotRenewed, NotSealed, Purpose, Refused, Scope, SealedUnder, Seals};
