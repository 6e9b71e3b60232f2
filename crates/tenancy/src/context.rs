//! The type that binds a request or a job to a tenant.

use credential::sigv4::AccessKeyId;
use domain::{
    AccountId, ClientId, EmployeeId, Permission, Role, TenantId, TenantStatus, Visibility, WidgetId,
};
use session::Session;

use crate::MaintenanceGrant;

/// Proof that the actor may act for this tenant, with what the actor may see and do there.
///
/// There is no public constructor besides the proofs and no default, so code cannot express an absent tenant (row I3).
#[derive(Clone, Debug)]
pub struct TenantContext {
    pub(crate) tenant: TenantId,
    pub(crate) actor: Actor,
    pub(crate) visibility: Visibility,
    pub(crate) permissions: Permissions,
}

/// The party that acts for a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person with an account at this tenant.
    Person {
        /// The person's account.
        account: AccountId,
        /// The person's own employee record, if the account has one.
        employee: Option<EmployeeId>,
        /// The person's role at the tenant.
        role: Role,
    },
    /// An application that acts for itself (row T9).
    Machine {
        /// The client id of the application.
        client: ClientId,
    },
    /// A holder of an access key of the pool (row T6).
    Administrator {
        /// The id of the access key.
        access_key: AccessKeyId,
    },
    /// A widget in a page of another site (row C6).
    Widget {
        /// The widget, whose row may have been deleted in the meantime.
        widget: WidgetId,
    },
    /// A maintenance job, with the reason of its grant.
    System(&'static str),
}

/// Why a request cannot be bound to a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// The session, the token, the access key or the widget belongs to another tenant than the host or the pool names.
    #[error(
        "the session, token, access key or widget belongs to another tenant than the host or pool names"
    )]
    TenantMismatch,
    /// The tenant is suspended or deleted.
    #[error("the tenant is suspended or deleted")]
    TenantClosed,
    /// The tenant has no account for the person that the token names, or the given data is another person's.
    #[error("the tenant has no account for the person that the token names")]
    UnknownPerson,
}

/// The set of an actor's permissions, one bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Permissions(u8);

/// Refuses a tenant that is not active.
pub(crate) fn check_active(status: TenantStatus) -> Result<(), BindingError> {
    if status == TenantStatus::Active { Ok(()) } else { Err(BindingError::TenantClosed) }
}

impl TenantContext {
    /// Binds a request by its session: the host names the tenant, and the session must belong to the same one.
    ///
    /// # Errors
    /// [`BindingError`] if they disagree or if the tenant is not active.
    pub fn from_session(
        host: TenantId,
        status: TenantStatus,
        session: &Session,
    ) -> Result<Self, BindingError> {
        if session.tenant() != host {
            return Err(BindingError::TenantMismatch);
        }
        Self::bound(host, status, session)
    }

    /// The context of an active tenant. The caller has compared host and session.
    pub(crate) fn bound(
        host: TenantId,
        status: TenantStatus,
        session: &Session,
    ) -> Result<Self, BindingError> {
        check_active(status)?;
        let (account, employee, role) = (session.account(), session.employee(), session.role());
        Ok(Self {
            tenant: host,
            actor: Actor::Person { account, employee, role },
            visibility: Visibility::of(role, employee),
            permissions: Permissions::of(role),
        })
    }

    /// Binds a maintenance job to one tenant. The job may see and do everything there.
    pub const fn from_maintenance_grant(grant: &MaintenanceGrant, tenant: TenantId) -> Self {
        Self {
            tenant,
            actor: Actor::System(grant.reason()),
            visibility: Visibility::everything(),
            permissions: Permissions::ALL,
        }
    }

    /// The tenant that the context is bound to.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The party that acts for the tenant.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The rows and fields that the actor may see.
    pub const fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// Whether the actor has the permission.
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
