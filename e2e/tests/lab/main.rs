//! The laboratory: what happens when locks fail. A binary of its own, because it keeps the machine busy for minutes.
#![expect(clippy::unwrap_used, reason = "what is missing here fails the test that wants it")]

mod binding;
mod busy;
mod change;
mod identity;
mod matrix;
mod planted;
mod product;
mod question;
mod snapshot;
mod trial;
