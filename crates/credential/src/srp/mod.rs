//! Signing in without sending the password: SRP-6a as Cognito's clients implement it (RFC 5054, with three changes by Cognito).
//!
//! A verifier is `g^x` with one fast hash in `x`. An attacker who has it can guess passwords as fast as that hash, unlike with the slow password hash. So it
//! exists only for pools that use SRP, and is stored sealed (`docs/adr/0013-srp-is-off-by-default.md`).
//!
//! Cognito's changes: numbers are hashed in the form of Java's `BigInteger` instead of being padded to the length of `N`; the name in `x` is the pool's name
//! and the user's without a separator; the proof is not `M1` but an HMAC over the block and the client's time, under a key of 16 bytes derived by HKDF.

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

pub use block::{OpenChallenge, Proof};
pub use challenge::{
    Challenge, ChallengeInput, InvalidPublicValue, PublicValue, Realm, VerifierLookup,
};
pub use verifier::{InvalidStoredVerifier, Verifier};

use chrono::TimeDelta;

/// The time in which a challenge can be answered.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(3);

/// The largest allowed difference between the client's clock and the server's.
pub const MAX_SKEW: TimeDelta = TimeDelta::minutes(5);

/// The reason why a sign-in was refused. An unknown account and a wrong password give the same reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The block was not issued for this pool and this client, or was changed.
    #[error("the secret block was not issued for this client of this pool")]
    Block,
    /// The challenge is older than [`LIFETIME`].
    #[error("the challenge has expired")]
    Expired,
    /// The client's time is malformed, or differs from the server's by more than [`MAX_SKEW`].
    #[error(
        "invalid `TIMESTAMP`: expected a time such as `Tue Nov 3 03:00:00 UTC 2026`, at most 5 minutes from the server's"
    )]
    Clock,
    /// The password is wrong, the account is unknown, or the password was changed after the challenge.
    #[error("the user name or the password is wrong")]
    Wrong,
}

/// The reason why the server could not compute a verifier or a challenge.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeError {
    /// The operating system provided no random bytes.
    #[error("the operating system provided no random bytes")]
    NoRandomness(#[from] getrandom::Error),
    /// The block could not be sealed.
    #[error(transparent)]
    Seal(#[from] seal::SealError),
    /// A public value was zero, which happens once in 2^256 times. Another attempt draws other numbers.
    #[error("the random numbers give no valid key")]
    Degenerate,
}
