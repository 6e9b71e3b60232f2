//! Tokens as the API takes them, whichever way they were given.

mod keys;
mod page;
