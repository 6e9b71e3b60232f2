//! Binding by an access key: a request that is signed with an access key may administer the key's pool, and no other.

use credential::sigv4::{AccessKeyId, Signed};
use domain::{TenantId, TenantStatus, Visibility};
use token::Issuer;

use crate::{
    Actor, BindingError, TenantContext,
    context::{Permissions, check_active},
};

/// Permission to administer the accounts of one tenant.
#[derive(Clone, Debug)]
pub struct AdminGrant {
    tenant: TenantId,
    access_key: AccessKeyId,
}

impl AdminGrant {
    /// Grants the administration of the issuer's tenant, if the access key of the signature belongs to the issuer's pool.
    ///
    /// # Errors
    /// [`BindingError::TenantMismatch`] if the key belongs to another pool.
    pub fn of(signed: &Signed, issuer: &Issuer) -> Result<Self, BindingError> {
        if signed.pool() != issuer.pool() {
            return Err(BindingError::TenantMismatch);
        }
        Ok(Self { tenant: issuer.tenant(), access_key: signed.access_key_id().clone() })
    }

    /// The tenant whose accounts may be administered.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }
}

impl TenantContext {
    /// Binds a request that was signed with an access key. It may act on accounts, but sees no employees and no salaries.
    ///
    /// # Errors
    /// [`BindingError::TenantClosed`] if the tenant is not active.
    pub fn from_admin_grant(
        status: TenantStatus,
        grant: &AdminGrant,
    ) -> Result<Self, BindingError> {
        check_active(status)?;
        Ok(Self {
            tenant: grant.tenant,
            actor: Actor::Administrator { access_key: grant.access_key.clone() },
            visibility: Visibility::everything().without_salaries().without_employees(),
            permissions: Permissions::default(),
        })
    }
}

#[cfg(test)]
#[path = "admin_grant_tests.rs"]
mod tests;
