//! Who may act for which tenant: a [`TenantContext`] is made only from a closed list of verified proofs.

mod context;
#[cfg(feature = "lab")]
mod lab;
mod maintenance;

pub use context::{Actor, Refusal, TenantContext};
pub use maintenance::MaintenanceGrant;
