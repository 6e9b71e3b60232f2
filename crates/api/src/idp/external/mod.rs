//! External issuers that companies trust besides their own pools (row T11): their keys, and verifying their tokens.

mod keys;
mod verify;

pub use keys::{Asked, ExternalIssuers, KeyFeed, NotTrusted};
pub(crate) use verify::{Borne, Guest, verify_bearer};
