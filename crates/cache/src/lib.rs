//! The cache of finished response bodies: keys, envelopes and epochs. No other crate knows the key format, and no key is written without a tenant.
//!
//! A read looks in this process (L1), then in Redis (L2, sealed). If both miss, one load from PostgreSQL serves all concurrent requests
//! (single flight). Every change of cached rows goes through [`Cache::write`].

mod alert;
mod body;
mod cache;
mod entry_id;
mod envelope;
mod epoch;
mod fence;
mod fill;
mod flush;
mod key;
mod kill_switch;
mod kill_switch_control;
mod l1;
mod l2;
mod reads;
mod single_flight;
mod state;
#[cfg(test)]
mod test_viewer;
mod write;
mod write_quota;

pub use body::{Body, Encoding, Loaded};
pub use cache::{Cache, Config, Error, TenantCache};
pub use epoch::Entity;
pub use flush::{Family, UnknownFamily};
pub use key::{DepartmentList, EmployeeDetail, EmployeeList, Key, OutTodayList};
pub use kill_switch::{SwitchPosition, SwitchState};
pub use kill_switch_control::{KillSwitchControl, KillSwitchError};
pub use state::{PendingState, TenantState};
pub use write::{WriteError, Writer};
