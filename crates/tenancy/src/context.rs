//! The one type that stands for "this request belongs to this tenant".

use credential::sigv4::AccessKeyId;
use domain::{
    AccountId, ClientId, EmployeeId, Permission, Role, TenantId, TenantStatus, Visibility,
};
use session::Session;

use crate::MaintenanceGrant;

/// Proof that whoever acts may act for this tenant, and what they may see there.
///
/// There is no public constructor besides the proofs and no default: an absent tenant cannot be written down (row I3).
#[derive(Clone, Debug)]
pub struct TenantContext {
    pub(crate) tenant: TenantId,
    pub(crate) actor: Actor,
    pub(crate) visibility: Visibility,
    pub(crate) permissions: Permissions,
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
    /// An application that acts for itself (row T9).
    Machine {
        /// Which.
        client: ClientId,
    },
    /// Whoever holds an access key of the pool (row T6).
    Administrator {
        /// Which key.
        access_key: AccessKeyId,
    },
    /// A maintenance job, by its reason.
    System(&'static str),
}

/// Why a request is bound to no tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The session or the token belongs to another tenant than the host names.
    #[error("the proof belongs to another tenant than the host names")]
    TenantMismatch,
    /// The tenant is suspended or deleted.
    #[error("the tenant is closed")]
    TenantClosed,
    /// The person of the token has no account at the tenant any more.
    #[error("the tenant does not know the person of the token")]
    UnknownPerson,
}

/// What someone may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Permissions(u8);

/// Refuses a tenant that is not active.
pub(crate) fn open(status: TenantStatus) -> Result<(), Refusal> {
    if status == TenantStatus::Active { Ok(()) } else { Err(Refusal::TenantClosed) }
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
        open(status)?;
        let (account, employee, role) = (session.account(), session.employee(), session.role());
        Ok(Self {
            tenant: host,
            actor: Actor::Person { account, employee, role },
            visibility: Visibility::of(role, employee),
            permissions: Permissions::of(role),
        })
    }

    /// Binds a maintenance job to one tenant.
    pub const fn without_a_person(grant: &MaintenanceGrant, tenant: TenantId) -> Self {
        Self {
            tenant,
            actor: Actor::System(grant.reason()),
            visibility: Visibility::everything(),
            permissions: Permissions::ALL,
        }
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

    /// Whether they may do it.
    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }
}

impl Permissions {
    pub(crate) const ALL: Self = Self(u8::MAX);

    pub(crate) fn of(role: Role) -> Self {
        role.permissions().iter().copied().collect()
    }

    pub(crate) const fn has(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn bit(permission: Permission) -> u8 {
        1 << permission as u8
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |all, permission| all | Self::bit(permission)))
    }
}

#[cfg(test)]
#[path = "context_tests.rs"]
mod tests;
