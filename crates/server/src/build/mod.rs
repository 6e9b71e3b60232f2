//! What the two builds do differently: the product nothing, the laboratory hands its faults to whoever holds a lock.

#[cfg(feature = "lab")]
mod laboratory;
#[cfg(not(feature = "lab"))]
mod product;

#[cfg(feature = "lab")]
pub(crate) use laboratory::{Build, prepare};
#[cfg(not(feature = "lab"))]
pub(crate) use product::Build;
