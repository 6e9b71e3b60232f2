//! Binding by an access token, of this product or of an external issuer: the issuer names the tenant, and the scopes limit what the bearer may do.

use domain::{
    AccessScope, AccountId, EmployeeId, Permission, Role, TenantId, TenantStatus, Visibility,
};
use token::{Bearer, VerifiedAccess, VerifiedExternal};

use crate::{
    Actor, BindingError, TenantContext,
    context::{Permissions, check_active},
};

/// The present account data of the person that a token names, from the tenant's own records. The token itself holds the data of the time when it was
/// issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// The person's account.
    pub account: AccountId,
    /// The person's own employee record, if the account has one.
    pub employee: Option<EmployeeId>,
    /// The person's role at the tenant.
    pub role: Role,
}

/// The link of an external identity to an account, from the records of the tenant that trusts the issuer (row T11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLink {
    /// The tenant that trusts the issuer.
    pub tenant: TenantId,
    /// The issuer's URL (claim `iss`).
    pub issuer: String,
    /// The user's id at the issuer (claim `sub`).
    pub subject: String,
    /// The linked account of the tenant.
    pub account_state: AccountState,
}

impl TenantContext {
    /// Binds a request with an access token of an external issuer (row T11) to the tenant that trusts the issuer. If the host names a tenant, it must
    /// be the same. Roles in the token are ignored: the bearer may do what both the role of the linked account and the scopes allow.
    ///
    /// # Errors
    /// [`BindingError`] if host and tenant disagree, if the tenant is not active, or if the link is not that of the token's subject.
    pub fn from_external(
        host: Option<TenantId>,
        status: TenantStatus,
        token: &VerifiedExternal,
        link: &AccountLink,
    ) -> Result<Self, BindingError> {
        check_same_tenant(host, token.tenant())?;
        Self::bind_external(token.tenant(), status, token, link)
    }

    /// The context of an active tenant. The caller has compared host and issuer.
    pub(crate) fn bind_external(
        tenant: TenantId,
        status: TenantStatus,
        token: &VerifiedExternal,
        link: &AccountLink,
    ) -> Result<Self, BindingError> {
        check_active(status)?;
        let named = (link.tenant, link.issuer.as_str(), link.subject.as_str());
        if named != (token.tenant(), token.issuer().as_str(), token.subject()) {
            return Err(BindingError::UnknownPerson);
        }
        Ok(Self::for_person(tenant, &link.account_state, token.scopes()))
    }

    /// Binds a request with an access token. The issuer names the tenant. If the host names a tenant, it must be the same.
    ///
    /// The bearer may do only what both role and scopes allow (row T4d–f). A machine has no role: its scopes alone decide.
    ///
    /// # Errors
    /// [`BindingError`] if host and issuer disagree, if the tenant is not active, or if `account_state` is not the person of the token.
    pub fn from_access(
        host: Option<TenantId>,
        status: TenantStatus,
        access: &VerifiedAccess,
        account_state: Option<&AccountState>,
    ) -> Result<Self, BindingError> {
        check_same_tenant(host, access.tenant())?;
        Self::bind_access_token(access.tenant(), status, access, account_state)
    }

    /// The context of an active tenant. The caller has compared host and issuer.
    pub(crate) fn bind_access_token(
        tenant: TenantId,
        status: TenantStatus,
        access: &VerifiedAccess,
        account_state: Option<&AccountState>,
    ) -> Result<Self, BindingError> {
        check_active(status)?;
        match (access.bearer(), account_state) {
            (Bearer::Machine, None) => Ok(Self::for_machine(tenant, access)),
            (Bearer::Person { account, .. }, Some(known)) if known.account == account => {
                Ok(Self::for_person(tenant, known, access.scopes()))
            }
            _ => Err(BindingError::UnknownPerson),
        }
    }

    fn for_machine(tenant: TenantId, access: &VerifiedAccess) -> Self {
        let permissions = Permissions::from_scopes(access.scopes());
        let visibility = Visibility::everything();
        Self {
            tenant,
            actor: Actor::Machine { client: access.client().clone() },
            visibility: permissions.limit_visibility(visibility),
            permissions,
        }
    }

    fn for_person(tenant: TenantId, known: &AccountState, scopes: &[AccessScope]) -> Self {
        let AccountState { account, employee, role } = *known;
        let permissions = Permissions::of(role).and(Permissions::from_scopes(scopes));
        Self {
            tenant,
            actor: Actor::Person { account, employee, role },
            visibility: permissions.limit_visibility(Visibility::of(role, employee)),
            permissions,
        }
    }
}

/// The lock Binding: if the host names a tenant, it must be the issuer's tenant.
fn check_same_tenant(host: Option<TenantId>, issuer: TenantId) -> Result<(), BindingError> {
    match host {
        Some(host) if host != issuer => Err(BindingError::TenantMismatch),
        _ => Ok(()),
    }
}

impl Permissions {
    fn from_scopes(scopes: &[AccessScope]) -> Self {
        scopes.iter().filter_map(|scope| scope.permission()).collect()
    }

    /// Limits the visibility to what these permissions allow.
    fn limit_visibility(self, visibility: Visibility) -> Visibility {
        let visibility = if self.has(Permission::ReadSalaries) {
            visibility
        } else {
            visibility.without_salaries()
        };
        if self.has(Permission::ReadEmployees) {
            visibility
        } else {
            visibility.without_employees()
        }
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
