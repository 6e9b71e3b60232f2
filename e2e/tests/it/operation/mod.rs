//! Starting, stopping, and what is missing.

mod commands;
mod kill_switch;
mod nodes;
mod outages;
mod sealed;
mod start_up;
mod tenant_states;
