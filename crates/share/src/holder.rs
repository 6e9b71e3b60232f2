//! Holders: the parties between which a resource is divided.

use std::fmt;

use domain::TenantId;

/// The party that a place or a part of a store is accounted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A tenant: every request that is bound to it, and every anonymous request to its host.
    Tenant(TenantId),
    /// All anonymous requests that name no known tenant, together.
    Anonymous,
    /// The node's own work: polls, sweeps, health checks, commands.
    Node,
}

impl From<TenantId> for Holder {
    fn from(tenant: TenantId) -> Self {
        Self::Tenant(tenant)
    }
}

/// As the label `tenant` of a metric: the tenant's id, `anonymous` or `node`.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant(tenant) => tenant.fmt(f),
            Self::Anonymous => f.write_str("anonymous"),
            Self::Node => f.write_str("node"),
        }
    }
}
