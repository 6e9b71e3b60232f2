//! The states a company can be in.

use std::str::FromStr;

/// Whether a company may be used at all. Only [`TenantStatus::Active`] binds a request (row I3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantStatus {
    /// Open for business.
    Active,
    /// Kept, but closed to everyone until an operator opens it again.
    Suspended,
    /// Gone for its people; its rows wait for erasure.
    Deleted,
}

/// A stored status this version does not know. It is an error, never a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown tenant status")]
pub struct UnknownTenantStatus;

impl TenantStatus {
    /// The word under which it is stored.
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
