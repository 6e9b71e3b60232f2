//! Operating the product: commands, start and stop, several nodes, outages, and changes of keys and roles.

mod clients;
mod commands;
mod item_stores;
mod kill_switch;
mod nodes;
mod outages;
mod published;
mod role;
mod root_key;
mod sealed;
mod sign_out;
mod start_up;
mod tenant_archive;
mod tenant_states;
