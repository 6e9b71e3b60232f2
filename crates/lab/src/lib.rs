//! The switches of the isolation locks. The product has none: there every lock is on, and the compiler knows it.
//!
//! Only the feature `switches` makes locks switchable, and only lab builds have it. Product code asks [`Faults`] at each lock, so both builds are
//! compiled from the same lines. Without the feature, [`Faults`] is empty, [`Faults::is_off`] is the constant `false`, and no [`SwitchedOff`] can exist.

mod lock;

#[cfg(not(feature = "switches"))]
mod no_switches;
#[cfg(feature = "switches")]
mod switches;

pub use lock::{Lock, UnknownLock};
#[cfg(not(feature = "switches"))]
pub use no_switches::{Faults, SourceOverrides, SwitchedOff};
#[cfg(feature = "switches")]
pub use switches::{Faults, SourceOverrides, SwitchedOff};
