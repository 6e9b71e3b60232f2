//! The lock Binding, switched off: binds without comparing the proof with the host. Only a lab build can make the [`SwitchedOff`] that it takes.

use domain::{TenantId, TenantStatus};
use lab::SwitchedOff;
use session::Session;
use token::{VerifiedAccess, VerifiedExternal};

use crate::{AccountLink, AccountState, BindingError, TenantContext};

impl TenantContext {
    /// The lock Binding, switched off: the host alone names the tenant. A user who is signed in at any tenant acts for it, with the role at their
    /// own.
    ///
    /// # Errors
    /// [`BindingError::TenantClosed`] if the tenant is not active.
    pub fn from_session_without_host_check(
        host: TenantId,
        status: TenantStatus,
        session: &Session,
        _: SwitchedOff,
    ) -> Result<Self, BindingError> {
        Self::bound(host, status, session)
    }

    /// The same for an access token: the bearer of a token of any pool acts for the host's tenant.
    ///
    /// # Errors
    /// As for [`TenantContext::from_access`], but host and issuer are not compared.
    pub fn from_access_without_host_check(
        host: TenantId,
        status: TenantStatus,
        access: &VerifiedAccess,
        account_state: Option<&AccountState>,
        _: SwitchedOff,
    ) -> Result<Self, BindingError> {
        Self::bind_access_token(host, status, access, account_state)
    }

    /// The same for a token of an external issuer.
    ///
    /// # Errors
    /// As for [`TenantContext::from_external`], but host and issuer are not compared.
    pub fn from_external_without_host_check(
        host: TenantId,
        status: TenantStatus,
        token: &VerifiedExternal,
        link: &AccountLink,
        _: SwitchedOff,
    ) -> Result<Self, BindingError> {
        Self::bind_external(host, status, token, link)
    }
}
