//! Verifies the bearer token of a request. The token's `kid` decides whether it is verified with our own keys or with external keys; our own keys come first.

use std::sync::Arc;

use domain::{TenantId, TenantStatus};
use lab::SwitchedOff;
use session::TokenOrigin;
use tenancy::{BindingError, TenantContext};

use crate::{
    ExternalIdentity, IdentityProvider, PoolsError, VerifiedToken, VerifyError, sign_in_of,
    snapshot::Snapshot,
};

/// The verified bearer token of a request.
pub enum BearerToken {
    /// A token of the company's own pool.
    Own(Arc<VerifiedToken>),
    /// A token of an external issuer that the company trusts.
    External(Arc<ExternalIdentity>),
}

impl IdentityProvider {
    /// Verifies an access token of ours, or of an external issuer that a company trusts. Revocation is checked later, in the pipeline that binds the request.
    ///
    /// # Errors
    /// [`VerifyError`] with the reason; its variants [`VerifyError::Pools`] and [`VerifyError::Store`] mean that PostgreSQL is needed and does not answer.
    pub async fn verify_bearer(&self, text: &str) -> Result<BearerToken, VerifyError> {
        if self.external.is_empty() || !self.names_external_key(text).await? {
            return self.verify_access(text).await.map(BearerToken::Own);
        }
        self.verify_external(text).await.map(BearerToken::External)
    }

    /// Whether the token names an external key and none of ours. For an unknown `kid` it reads our own pools again first, and then asks for new external keys.
    async fn names_external_key(&self, text: &str) -> Result<bool, PoolsError> {
        let is_ours = |snapshot: &Snapshot| match snapshot.ring().has_key_of(text) {
            // A text that is not a token is refused as one of ours, without a query.
            Ok(true) | Err(_) => Some(()),
            Ok(false) => None,
        };
        if is_ours(&self.pools.current()).is_some() {
            return Ok(false);
        }
        let is_external = || self.external.current().ring.has_key_of(text) == Ok(true);
        if is_external() {
            return Ok(true);
        }
        if self.pools.find(is_ours).await?.is_some() {
            return Ok(false);
        }
        self.external.request_keys().await;
        Ok(is_external())
    }
}

impl BearerToken {
    /// The tenant that accepts this token.
    pub fn tenant(&self) -> TenantId {
        match self {
            Self::Own(verified) => verified.access.tenant(),
            Self::External(identity) => identity.token.tenant(),
        }
    }

    /// The company of that tenant, with its name.
    pub fn company(&self) -> Arc<store::Tenant> {
        Arc::clone(match self {
            Self::Own(verified) => &verified.company,
            Self::External(identity) => &identity.company,
        })
    }

    /// The sign-in that the token was issued for, to check whether it was revoked. `None` for a machine's token.
    pub fn sign_in(&self) -> Option<TokenOrigin> {
        match self {
            Self::Own(verified) => sign_in_of(&verified.access),
            Self::External(identity) => Some(TokenOrigin {
                tenant: identity.token.tenant(),
                account: identity.link.account_state.account,
                origin: None,
                at: identity.token.sign_in_time(),
            }),
        }
    }

    /// The tenant context of the bearer. `host` is the tenant that the host names, if it names one.
    ///
    /// # Errors
    /// [`BindingError`] if the host names another tenant, or if the tenant is closed.
    pub fn context(
        &self,
        host: Option<TenantId>,
        status: TenantStatus,
    ) -> Result<TenantContext, BindingError> {
        match self {
            Self::Own(verified) => {
                let account = verified.account.as_ref();
                TenantContext::from_access(host, status, &verified.access, account)
            }
            Self::External(identity) => {
                TenantContext::from_external(host, status, &identity.token, &identity.link)
            }
        }
    }

    /// The lock Binding switched off: the bearer acts for the tenant that the host names.
    ///
    /// # Errors
    /// [`BindingError`] if the tenant is closed.
    pub fn bind_without_host_check(
        &self,
        host: TenantId,
        status: TenantStatus,
        off: SwitchedOff,
    ) -> Result<TenantContext, BindingError> {
        match self {
            Self::Own(verified) => TenantContext::from_access_without_host_check(
                host,
                status,
                &verified.access,
                verified.account.as_ref(),
                off,
            ),
            Self::External(identity) => TenantContext::from_external_without_host_check(
                host,
                status,
                &identity.token,
                &identity.link,
                off,
            ),
        }
    }
}
