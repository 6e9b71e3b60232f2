//! External issuers that companies trust besides their own pools (row T11): their keys, and verifying their tokens.

mod keys;
mod verify;

pub use keys::{ExternalIssuers, KeyFeed, KeyRequest, RejectedKeys};
pub(crate) use verify::{BearerToken, ExternalIdentity, verify_bearer};
