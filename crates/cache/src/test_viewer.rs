//! A viewer for the tests of this crate.

use domain::TenantId;
use tenancy::{MaintenanceGrant, TenantContext};
use uuid::Uuid;

/// Someone who sees everything of the tenant with this number.
#[expect(clippy::disallowed_methods, reason = "a test acts for no person")]
pub(crate) fn viewer(tenant: u128) -> TenantContext {
    let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
    TenantContext::without_a_person(&MaintenanceGrant::for_job("test"), tenant)
}
