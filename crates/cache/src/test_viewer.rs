//! Viewers, tenant states and cache entries for the unit tests of this crate.

use domain::TenantId;
use lab::Faults;
use tenancy::{MaintenanceGrant, TenantContext};
use uuid::Uuid;

use crate::{Entity, Key, TenantState, entry_id::CacheEntryId, epoch::Epoch};

/// A viewer who sees everything of the tenant with this number.
#[expect(clippy::disallowed_methods, reason = "a test acts for no user")]
pub(crate) fn viewer(tenant: u128) -> TenantContext {
    let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
    TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("test"), tenant)
}

/// A state with epochs of its own and no fence.
pub(crate) fn state() -> TenantState {
    TenantState {
        settings: None,
        epochs: Entity::ALL.map(|_| Epoch::random().unwrap()),
        fenced: Entity::ALL.map(|_| false),
    }
}

/// The cache entry of a key for a tenant.
pub(crate) fn entry_id<K: Key>(tenant: u128, key: &K, state: &TenantState) -> CacheEntryId {
    CacheEntryId::of(&viewer(tenant), key, state, &Faults::default())
}
