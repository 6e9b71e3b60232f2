//! What only the laboratory may: bind without asking the proof whose it is.

use domain::{TenantId, TenantStatus};
use session::Session;
use token::{VerifiedAccess, VerifiedExternal};

use crate::{Colleague, Link, Refusal, TenantContext};

impl TenantContext {
    /// The lock Binding, off: the host is believed, and whoever is signed in anywhere acts for its tenant with the role they have at theirs.
    ///
    /// # Errors
    /// [`Refusal::TenantClosed`] if the tenant is not active.
    pub fn believing_the_host(
        host: TenantId,
        status: TenantStatus,
        session: &Session,
    ) -> Result<Self, Refusal> {
        Self::bound(host, status, session)
    }

    /// The same for an access token: whoever bears one of any pool acts for the host's tenant.
    ///
    /// # Errors
    /// As for [`TenantContext::from_access`], but never that host and issuer disagree.
    pub fn from_access_believing_the_host(
        host: TenantId,
        status: TenantStatus,
        access: &VerifiedAccess,
        colleague: Option<&Colleague>,
    ) -> Result<Self, Refusal> {
        Self::bound_to_bearer(host, status, access, colleague)
    }

    /// The same for a token of an issuer that some tenant trusts.
    ///
    /// # Errors
    /// As for [`TenantContext::from_external`], but never that host and issuer disagree.
    pub fn from_external_believing_the_host(
        host: TenantId,
        status: TenantStatus,
        token: &VerifiedExternal,
        link: &Link,
    ) -> Result<Self, Refusal> {
        Self::bound_to_guest(host, status, token, link)
    }
}
