//! The one type that stands for "this request belongs to this tenant".

use domain::{AccountId, EmployeeId, Role, TenantId, TenantStatus, Visibility};
use session::Session;

use crate::MaintenanceGrant;

/// Proof that whoever acts may act for this tenant, and what they may see there.
///
/// There is no public constructor besides the proofs and no default: an absent tenant cannot be written down (row I3).
#[derive(Clone, Debug)]
pub struct TenantContext {
    tenant: TenantId,
    actor: Actor,
    visibility: Visibility,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person with an account at this tenant.
    Person {
        /// Their account.
        account: AccountId,
        /// Their own employment, if the account has one.
        employee: Option<EmployeeId>,
        /// What they are at the company.
        role: Role,
    },
    /// A maintenance job, by its reason.
    System(&'static str),
}

/// Why a request is bound to no tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The session belongs to another tenant than the host names.
    #[error("the session belongs to another tenant than the host names")]
    TenantMismatch,
    /// The tenant is suspended or deleted.
    #[error("the tenant is closed")]
    TenantClosed,
}

impl TenantContext {
    /// Binds a request: the host names the tenant, the session proves it, and they must agree.
    ///
    /// # Errors
    /// [`Refusal`] if they disagree or if the tenant is not active.
    pub fn from_session(
        host: TenantId,
        status: TenantStatus,
        session: &Session,
    ) -> Result<Self, Refusal> {
        if session.tenant() != host {
            return Err(Refusal::TenantMismatch);
        }
        Self::bound(host, status, session)
    }

    /// The context of an active tenant. The caller has compared host and session.
    pub(crate) fn bound(
        host: TenantId,
        status: TenantStatus,
        session: &Session,
    ) -> Result<Self, Refusal> {
        if status != TenantStatus::Active {
            return Err(Refusal::TenantClosed);
        }
        let (account, employee, role) = (session.account(), session.employee(), session.role());
        Ok(Self {
            tenant: host,
            actor: Actor::Person { account, employee, role },
            visibility: Visibility::of(role, employee),
        })
    }

    /// Binds a maintenance job to one tenant.
    pub const fn without_a_person(grant: &MaintenanceGrant, tenant: TenantId) -> Self {
        Self { tenant, actor: Actor::System(grant.reason()), visibility: Visibility::everything() }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they may see.
    pub const fn visibility(&self) -> Visibility {
        self.visibility
    }
}

#[cfg(test)]
#[path = "context_tests.rs"]
mod tests;
