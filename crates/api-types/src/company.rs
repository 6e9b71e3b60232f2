//! The public data of a company, which needs no sign-in.

use domain::{Role, TenantSlug};
use serde::{Deserialize, Serialize};

/// The public data of one company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompanyPublicData {
    /// The company's name in the host, such as `acme`.
    pub slug: TenantSlug,
    /// The company's name for people, such as `Acme`.
    pub name: String,
    /// The origin of the company's pages, without a path: `http://acme.localhost:8080`.
    pub origin: String,
    /// The number of employees who have not left. Present only while demo accounts are on, because a headcount is internal to a company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<u64>,
    /// Whether a device can stay signed in for 30 days; always `false` in the list of companies.
    #[serde(default)]
    pub remembers_devices: bool,
    /// Accounts to try the product with; empty unless demo accounts are on.
    #[serde(default)]
    pub demo_accounts: Vec<DemoAccount>,
}

/// A public account of a demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    /// The role of the account at the company.
    pub role: Role,
    /// The full name of the account's owner.
    pub name: String,
    /// The e-mail address to sign in with.
    pub email: String,
    /// The password to sign in with. It is public on purpose.
    pub password: String,
}

/// The companies of a demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Companies {
    /// The companies, in the order of their names.
    pub items: Vec<CompanyPublicData>,
}
