//! The laboratory: what happens when locks fail.

mod change;
mod identity;
mod matrix;
mod product;
mod question;
mod snapshot;
mod trial;
