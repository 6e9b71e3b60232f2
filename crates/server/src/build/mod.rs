//! The differences between the two builds: the laboratory passes its fault switches to every part that has a lock, the product has none.

#[cfg(feature = "lab")]
mod laboratory;
#[cfg(not(feature = "lab"))]
mod product;

#[cfg(feature = "lab")]
pub(crate) use laboratory::{Build, prepare};
#[cfg(not(feature = "lab"))]
pub(crate) use product::Build;
