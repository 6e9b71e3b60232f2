//! What only the laboratory may: bind without asking the session.

use domain::{TenantId, TenantStatus};
use session::Session;

use crate::{Refusal, TenantContext};

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
}
