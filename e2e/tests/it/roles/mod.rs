//! P8: the four roles of a company have four views, and no role gets another's.

mod caching;
mod encodings;
mod views;
