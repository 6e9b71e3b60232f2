//! Tokens as the API accepts them, whichever way they were issued.

mod at_rest;
mod families;
mod keys;
mod page;
mod revoked_key;
