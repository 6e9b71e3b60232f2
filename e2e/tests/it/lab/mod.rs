//! The laboratory: what happens when locks fail.

mod product;
