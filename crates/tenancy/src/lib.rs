//! Binds requests and jobs to a tenant: a [`TenantContext`] is made only from a closed list of verified proofs.

mod access;
mod admin_grant;
mod context;
mod maintenance;
mod widget;
mod without_host_check;

pub use access::{AccountLink, AccountState};
pub use admin_grant::AdminGrant;
pub use context::{Actor, BindingError, TenantContext};
pub use maintenance::MaintenanceGrant;
pub use widget::{InvalidWidgetKey, WIDGET_LIFETIME, WidgetGrant, WidgetKey};
