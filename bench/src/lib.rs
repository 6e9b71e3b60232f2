//! How fast the product is, beside what one would otherwise pick: load, CPU and one table.
//!
//! ```text
//! just bench             every contestant in turn, several rounds, one table of ratios against the goals
//! just bench-micro       what each lock costs by itself
//! ```
//!
//! All contestants are measured in one run, in turn (A, B, C, A, B, C, …), and compared by the medians of their rounds: whatever
//! else the machine does, it does to all of them. `docs/adr/0009-how-we-measure.md` says why it is done so.

pub mod contestant;
pub mod goals;
pub mod load;
pub mod machine;
pub mod rounds;
pub mod stage;
pub mod table;
pub mod usage;
