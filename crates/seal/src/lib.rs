//! Sealing under the root key. Each purpose and tenant has a key derived from it, and a value sealed under one key opens under no other.
//!
//! Keys come from HKDF-SHA-256 (RFC 5869). A sealed value is XChaCha20-Poly1305 with a random nonce of 192 bits, so no counter has to be stored:
//! `version (1) ‖ name of the root key (4) ‖ nonce (24) ‖ ciphertext ‖ tag (16)`.

mod cipher;
mod root;
mod seals;

pub use root::{InvalidRootKey, RootKey};
pub use seals::{
    KeyScope, NAMED_MAC, OpenError, Purpose, ResealError, SealError, SealedUnder, Seals,
};
