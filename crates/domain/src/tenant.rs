//! The states a tenant can be in, and the settings that every request needs.

use std::str::FromStr;

use crate::SessionPolicy;

/// The status of a tenant. Requests are bound to it only while it is [`TenantStatus::Active`] (row I3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantStatus {
    /// The tenant can be used.
    Active,
    /// The tenant is closed for all users until an operator opens it again. Its data is kept.
    Suspended,
    /// The tenant no longer exists for its users. Its rows are kept until they are erased.
    Deleted,
}

/// The settings of a tenant that every request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantSettings {
    /// Whether the tenant is active, suspended or deleted.
    pub status: TenantStatus,
    /// How long its sessions last.
    pub session_policy: SessionPolicy,
}

/// A stored status that this version does not know. Callers report an error and assume no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown tenant status")]
pub struct UnknownTenantStatus;

impl TenantStatus {
    /// The status as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for TenantStatus {
    type Err = UnknownTenantStatus;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            "deleted" => Ok(Self::Deleted),
            _ => Err(UnknownTenantStatus),
        }
    }
}
