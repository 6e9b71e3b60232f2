//! External issuers that companies trust besides their own pools (row T11): their keys, and verifying their tokens.

mod identity;
mod keys;
mod verify;

pub use identity::ExternalIdentity;
pub use keys::{ExternalIssuers, KeyFeed, KeyRequest, RejectedKeys};
