//! Starting, stopping, and what is missing.

mod nodes;
mod outages;
mod start_up;
