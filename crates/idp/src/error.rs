//! Why the identity provider cannot do what a caller asked for. `api` turns these errors into HTTP.

use seal::SealError;
use token::{
    InvalidIssuerUrl, InvalidJwkSet, InvalidKeyRing, InvalidLifetime, InvalidToken, SigningError,
    SigningKeyError, WrongKey,
};
use tokio::task::JoinError;

/// Why the pools could not be read, or a key could not sign.
#[derive(Debug, thiserror::Error)]
pub enum PoolsError {
    /// PostgreSQL did not answer.
    #[error("the pools could not be read from the database")]
    Store(#[from] store::Error),
    /// The public address is not a valid base for issuer URLs.
    #[error("the public address is not a valid base for issuer URLs")]
    Base(#[from] InvalidIssuerUrl),
    /// Two keys have the same `kid`, or a `kid` is not the thumbprint of its key.
    #[error("the key ids of the pools are not unique thumbprints")]
    Ring(#[from] InvalidKeyRing),
    /// The keys of a pool are too many for one JWKS.
    #[error("the keys of the pool cannot be published")]
    Published(#[from] InvalidJwkSet),
    /// A signing key could not be generated or opened.
    #[error("a signing key could not be generated or opened")]
    Key(#[from] SigningKeyError),
    /// A new signing key could not be sealed.
    #[error("a signing key could not be sealed")]
    Seal(#[from] SealError),
    /// A signing key belongs to another pool or is for the other kind of token.
    #[error("a signing key does not belong to its pool")]
    Mixed(#[from] WrongKey),
    /// The task that generates keys panicked or was cancelled.
    #[error("the task that generates keys ended without a result")]
    Interrupted(#[from] JoinError),
    /// A pool has no signing key although one was just made.
    #[error("the pool has no signing key")]
    NoKeys,
}

/// Why a token was not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The token itself is refused: its signature, its key, its time or its application.
    #[error("the token is refused")]
    InvalidToken(#[from] InvalidToken),
    /// The token is valid, but its user may no longer sign in.
    #[error("the user of the token may no longer sign in")]
    Revoked,
    /// The token of an external issuer is valid, but the company has linked none of its accounts to the token's subject (row T11).
    #[error("the subject of the token is linked to no account")]
    Unlinked,
    /// The company whose pool issued the token no longer exists.
    #[error("the company of the token does not exist")]
    UnknownCompany,
    /// The key or the application of the token is unknown, and the pools could not be read again.
    #[error("the pools could not be read again")]
    Pools(#[from] PoolsError),
    /// The user, the link or the company could not be read.
    #[error("the user of the token could not be read")]
    Store(#[from] store::Error),
}

/// Why tokens were not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The signing keys of the pool could not be read or opened.
    #[error("the signing keys of the pool are not available")]
    Pools(#[from] PoolsError),
    /// The user or the refresh token could not be read or written.
    #[error("the refresh token could not be read or written")]
    Store(#[from] store::Error),
    /// A family of refresh tokens that must end could not be revoked.
    #[error("a token family could not be revoked")]
    Revoke(#[from] RevokeError),
    /// The operating system provides no randomness.
    #[error("the operating system provides no randomness")]
    NoRandomness(#[from] getrandom::Error),
    /// The application's tokens have a lifetime that no token may have.
    #[error("the lifetime of the application's tokens is not allowed")]
    Lifetime(#[from] InvalidLifetime),
    /// A token could not be signed.
    #[error("a token could not be signed")]
    Signing(#[from] SigningError),
}

/// Why a session or token was not revoked on every node. If PostgreSQL has recorded the revocation, the server applies it later.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// PostgreSQL did not record the revocation.
    #[error("the revocation could not be recorded")]
    Store(#[from] store::Error),
    /// The session store did not apply the revocation.
    #[error("the revocation could not be applied")]
    Session(#[from] session::Error),
}

/// Why a password was not checked.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The account could not be read.
    #[error("the account could not be read")]
    Store(#[from] store::Error),
    /// The password could not be hashed, or too many passwords wait to be checked.
    #[error("the password could not be checked")]
    Password(#[from] credential::Error),
}
