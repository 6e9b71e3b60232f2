//! Starting, stopping, and what is missing.

mod clients;
mod commands;
mod kill_switch;
mod nodes;
mod outages;
mod published;
mod role;
mod root_key;
mod sealed;
mod start_up;
mod tenant_states;
