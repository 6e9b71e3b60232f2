//! Benchmarks: measures throughput, CPU and memory of the product and of comparable servers, and prints one table.
//!
//! ```text
//! just bench             every contestant in turn, several rounds, one table of ratios against the goals
//! just bench-micro       the cost of each lock alone
//! ```
//!
//! One run measures all contestants in turn (A, B, C, A, B, C, …) and compares the medians of their rounds, so that other load on the machine affects all of
//! them. `docs/adr/0009-benchmarks.md` gives the reasons.

pub mod contestant;
pub mod goals;
pub mod load;
pub mod machine;
#[cfg(feature = "stores")]
mod other_stores;
pub mod rounds;
pub mod sessions;
pub mod setup;
pub mod table;
pub mod usage;
