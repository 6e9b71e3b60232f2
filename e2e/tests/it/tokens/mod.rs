//! Tokens as the API takes them, whichever way they were given.

mod at_rest;
mod families;
mod keys;
mod page;
mod revoked_key;
