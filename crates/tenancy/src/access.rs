//! The proof of an access token, of ours or of an issuer that a tenant trusts: the issuer names the tenant, the scopes say what the bearer may at most.

use domain::{
    AccessScope, AccountId, EmployeeId, Permission, Role, TenantId, TenantStatus, Visibility,
};
use token::{Bearer, VerifiedAccess, VerifiedExternal};

use crate::{
    Actor, Refusal, TenantContext,
    context::{Permissions, open},
};

/// What the tenant's own records say of the person whose account a token names. A token says what was true when it was issued; this says what is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Their account.
    pub account: AccountId,
    /// Their own employment, if the account has one.
    pub employee: Option<EmployeeId>,
    /// What they are at the company.
    pub role: Role,
}

/// What the tenant's own records say of somebody whom an issuer that it trusts knows by another name (row T11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The tenant.
    pub tenant: TenantId,
    /// The issuer.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// Who it is here.
    pub colleague: Colleague,
}

impl TenantContext {
    /// Binds a request that bears an access token of an issuer that a tenant trusts (row T11). The tenant is the one that trusts it; a host that
    /// names one must name the same. The token says nothing of roles here: the bearer may do what the linked person's role may and the scopes name.
    ///
    /// # Errors
    /// [`Refusal`] if host and tenant disagree, if the tenant is not active, or if the link is not that of the token's subject.
    pub fn from_external(
        host: Option<TenantId>,
        status: TenantStatus,
        token: &VerifiedExternal,
        link: &Link,
    ) -> Result<Self, Refusal> {
        agree(host, token.tenant())?;
        Self::bound_to_guest(token.tenant(), status, token, link)
    }

    /// The context of an active tenant. The caller has compared host and issuer.
    pub(crate) fn bound_to_guest(
        tenant: TenantId,
        status: TenantStatus,
        token: &VerifiedExternal,
        link: &Link,
    ) -> Result<Self, Refusal> {
        open(status)?;
        let named = (link.tenant, link.issuer.as_str(), link.subject.as_str());
        if named != (token.tenant(), token.issuer().as_str(), token.subject()) {
            return Err(Refusal::UnknownPerson);
        }
        Ok(Self::of_a_bearer(tenant, &link.colleague, token.scopes()))
    }

    /// Binds a request that bears an access token. The issuer names the tenant; a host that names one must name the same.
    ///
    /// The bearer may do what the role may and the scopes name, never more than either (row T4d–f). A machine has no role: it may what its scopes name.
    ///
    /// # Errors
    /// [`Refusal`] if host and issuer disagree, if the tenant is not active, or if the person of the token is not that colleague.
    pub fn from_access(
        host: Option<TenantId>,
        status: TenantStatus,
        access: &VerifiedAccess,
        colleague: Option<&Colleague>,
    ) -> Result<Self, Refusal> {
        agree(host, access.tenant())?;
        Self::bound_to_bearer(access.tenant(), status, access, colleague)
    }

    /// The context of an active tenant. The caller has compared host and issuer.
    pub(crate) fn bound_to_bearer(
        tenant: TenantId,
        status: TenantStatus,
        access: &VerifiedAccess,
        colleague: Option<&Colleague>,
    ) -> Result<Self, Refusal> {
        open(status)?;
        match (access.bearer(), colleague) {
            (Bearer::Machine, None) => Ok(Self::of_a_machine(tenant, access)),
            (Bearer::Person { account, .. }, Some(known)) if known.account == account => {
                Ok(Self::of_a_bearer(tenant, known, access.scopes()))
            }
            _ => Err(Refusal::UnknownPerson),
        }
    }

    fn of_a_machine(tenant: TenantId, access: &VerifiedAccess) -> Self {
        let permissions = Permissions::named_by(access.scopes());
        let visibility = Visibility::everything();
        Self {
            tenant,
            actor: Actor::Machine { client: access.client().clone() },
            visibility: permissions.narrow(visibility),
            permissions,
        }
    }

    fn of_a_bearer(tenant: TenantId, known: &Colleague, scopes: &[AccessScope]) -> Self {
        let Colleague { account, employee, role } = *known;
        let permissions = Permissions::of(role).and(Permissions::named_by(scopes));
        Self {
            tenant,
            actor: Actor::Person { account, employee, role },
            visibility: permissions.narrow(Visibility::of(role, employee)),
            permissions,
        }
    }
}

/// The lock Binding: a host that names a tenant must name the issuer's.
fn agree(host: Option<TenantId>, issuer: TenantId) -> Result<(), Refusal> {
    match host {
        Some(host) if host != issuer => Err(Refusal::TenantMismatch),
        _ => Ok(()),
    }
}

impl Permissions {
    fn named_by(scopes: &[AccessScope]) -> Self {
        scopes.iter().filter_map(|scope| scope.permission()).collect()
    }

    /// The view of whoever has only these permissions.
    fn narrow(self, visibility: Visibility) -> Visibility {
        let visibility = if self.has(Permission::ReadSalaries) {
            visibility
        } else {
            visibility.without_salaries()
        };
        if self.has(Permission::ReadEmployees) { visibility } else { visibility.of_nobody() }
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
