//! What a handler takes from a request: its tenant and permissions, and its checked parameters and body.
//!
//! An extractor parses once and refuses a request that it cannot read. A handler that takes one does not parse by hand.

pub(crate) mod authorization;
mod bearer_token;
pub(crate) mod company;
pub(crate) mod host;
mod if_match;
pub(crate) mod json;
mod not_revoked;
pub(crate) mod parameters;
mod path_id;
mod request_id;
mod tenant;

pub(crate) use authorization::{
    ChangesRows, Reader, SessionManager, WidgetManager, Writer, require_fresh_password,
};
pub(crate) use bearer_token::bearer_token;
pub(crate) use host::Host;
pub(crate) use if_match::IfMatch;
pub(crate) use json::Body;
pub(crate) use not_revoked::check_not_revoked;
pub(crate) use parameters::Parameters;
pub(crate) use path_id::PathId;
pub(crate) use request_id::RequestId;
pub(crate) use tenant::{Proof, Tenant};
