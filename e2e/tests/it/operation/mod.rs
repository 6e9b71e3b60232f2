//! Starting, stopping, and what is missing.

mod commands;
mod nodes;
mod outages;
mod start_up;
mod tenant_states;
