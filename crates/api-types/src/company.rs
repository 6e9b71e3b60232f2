//! What a company shows of itself before anyone signs in.

use domain::{Role, TenantSlug};
use serde::{Deserialize, Serialize};

/// The public face of one company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompanyFace {
    /// Its name in the host.
    pub slug: TenantSlug,
    /// Its name as people say it.
    pub name: String,
    /// Where its pages live, without a path: `http://acme.localhost:8080`.
    pub origin: String,
    /// How many people work there; only where demo accounts are on, because a headcount is the company's own business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<u64>,
    /// Accounts to try it with; empty unless demo accounts are on.
    #[serde(default)]
    pub demo_accounts: Vec<DemoAccount>,
}

/// An account anyone may use, in a demonstration only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    /// What it is at the company.
    pub role: Role,
    /// Whose it is.
    pub name: String,
    /// With which address it signs in.
    pub email: String,
    /// With which password. It is public on purpose.
    pub password: String,
}

/// The companies of a demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Companies {
    /// In the order of their names.
    pub items: Vec<CompanyFace>,
}
