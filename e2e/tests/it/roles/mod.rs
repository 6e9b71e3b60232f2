//! P8: one company, four roles, four views; none is ever served another's.

mod caching;
mod encodings;
mod views;
