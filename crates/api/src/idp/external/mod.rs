//! Issuers that companies trust besides their own pools (row T11): their keys as they come in, and the tokens that they issue.

mod keys;
mod verify;

pub use keys::{Asked, ExternalIssuers, KeyFeed, NotTrusted};
pub(crate) use verify::{Borne, Guest, verify_bearer};
