//! Tests of binding by a session, which is started and loaded as in production.

use chrono::Utc;
use domain::{EmployeeScope, SessionPolicy};
use seal::{RootKey, Seals};
use session::{Device, MemoryBackend, Sessions, SignedIn};
use uuid::Uuid;

use super::*;

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

async fn session_at(tenant: TenantId, role: Role, employee: Option<EmployeeId>) -> Session {
    let seals = Seals::new(&RootKey::random().unwrap(), None);
    let sessions = Sessions::in_memory(MemoryBackend::default(), seals);
    let account = AccountId::from_uuid(Uuid::new_v4());
    let who = SignedIn {
        tenant,
        account,
        employee,
        role,
        demo: false,
        policy: SessionPolicy::Standard,
        authenticated_at: None,
        device: Device::default(),
    };
    let id = sessions.start(who, Utc::now()).await.unwrap().id;
    sessions.load(tenant, &id, SessionPolicy::Standard, Utc::now()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_session_binds_its_own_tenant() {
    let session = session_at(tenant(1), Role::HrAdmin, None).await;
    let context = TenantContext::from_session(tenant(1), TenantStatus::Active, &session).unwrap();
    assert_eq!(context.tenant(), tenant(1));
    assert_eq!(context.visibility().scope(), EmployeeScope::All);
}

/// I3: the host and the session must agree.
#[tokio::test]
async fn a_session_of_one_tenant_binds_no_other() {
    let session = session_at(tenant(1), Role::HrAdmin, None).await;
    let refused = TenantContext::from_session(tenant(2), TenantStatus::Active, &session);
    assert_eq!(refused.unwrap_err(), BindingError::TenantMismatch);
}

/// I3: a session is not bound to a suspended or deleted tenant.
#[tokio::test]
async fn a_session_is_not_bound_to_a_closed_tenant() {
    let session = session_at(tenant(1), Role::HrAdmin, None).await;
    for status in [TenantStatus::Suspended, TenantStatus::Deleted] {
        let refused = TenantContext::from_session(tenant(1), status, &session);
        assert_eq!(refused.unwrap_err(), BindingError::TenantClosed);
    }
}

/// P8: the role and the person's own employment decide what the person sees.
#[tokio::test]
async fn a_manager_sees_their_own_subtree() {
    let me = EmployeeId::from_uuid(Uuid::from_u128(7));
    let session = session_at(tenant(1), Role::Manager, Some(me)).await;
    let context = TenantContext::from_session(tenant(1), TenantStatus::Active, &session).unwrap();
    assert_eq!(context.visibility().scope(), EmployeeScope::Subtree(me));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test acts for no person")]
fn a_maintenance_job_acts_for_no_user() {
    let context =
        TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("test"), tenant(1));
    assert_eq!(context.actor(), &Actor::System("test"));
}
