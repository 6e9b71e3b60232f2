//! The laboratory: what happens when locks fail. It is a separate test binary, because it keeps the machine busy for minutes.
#![expect(clippy::unwrap_used, reason = "a missing value fails the test that needs it")]

mod binding;
mod busy;
mod change;
mod data_path;
mod identity;
mod matrix;
mod planted;
mod product;
mod snapshot;
mod trial;
