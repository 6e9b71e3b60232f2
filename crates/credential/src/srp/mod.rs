//! Signing in without sending the password: SRP-6a as Cognito's clients speak it (RFC 5054, with three changes of Cognito's own).
//!
//! A verifier is `g^x` with one fast hash in `x`: whoever has it can guess as fast as he can hash, beside a password hash that is slow on purpose. So it exists
//! only for pools that ask for it and is kept sealed (`docs/adr/0013-srp-is-off-unless-a-pool-asks.md`).
//!
//! What Cognito changes: numbers are hashed in the form of Java's `BigInteger` and not padded to the length of `N`; the name in `x` is the pool's and the
//! user's without anything between; the proof is an HMAC under a key of 16 bytes made by HKDF, with the block and the client's clock, and not `M1`.

mod block;
mod challenge;
#[cfg(test)]
mod client;
mod decoy;
mod group;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
mod verifier;

pub use block::{Claim, Pending};
pub use challenge::{Asked, Challenge, Found, InvalidPublicValue, PublicValue, Realm};
pub use verifier::{Unreadable, Verifier};

use chrono::TimeDelta;

/// How long a challenge may be answered.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(3);

/// How wrong the clock of a client may be.
pub const MAX_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Why nobody was signed in. An unknown person and a wrong password are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The block was not made here, for this pool and this client, or was changed.
    #[error("the secret block was not made for this client of this pool")]
    Block,
    /// The challenge is older than [`LIFETIME`].
    #[error("the challenge has expired")]
    Expired,
    /// The client's time is in another form, or further than [`MAX_SKEW`] from ours.
    #[error("the time of the client is not ours")]
    Clock,
    /// The password is wrong, nobody has this name, or the password has changed since the challenge.
    #[error("the password is wrong or nobody has this name")]
    Wrong,
}

/// Why we could not do our part.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness(#[from] getrandom::Error),
    /// The block could not be sealed.
    #[error(transparent)]
    NotSealed(#[from] seal::NotSealed),
    /// A public value came out as zero, which happens once in 2^256 times; another attempt has another one.
    #[error("the numbers drawn do not lead to a key")]
    Degenerate,
}
