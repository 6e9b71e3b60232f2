//! Who may act for which tenant: a [`TenantContext`] is made only from a closed list of verified proofs.

mod access;
mod context;
#[cfg(feature = "lab")]
mod lab;
mod maintenance;

pub use access::Colleague;
pub use context::{Actor, Refusal, TenantContext};
pub use maintenance::MaintenanceGrant;
