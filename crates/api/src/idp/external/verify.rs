//! Verifies the bearer token of a request. The token's `kid` decides whether it is verified with our own keys or with external keys; our own keys come first.

use std::sync::Arc;

use api_types::Code;
use chrono::Utc;
use domain::{TenantId, TenantStatus};
use lab::SwitchedOff;
use session::TokenOrigin;
use tenancy::{AccountLink, BindingError, TenantContext};
use token::VerifiedExternal;

use crate::{
    Api,
    error::ApiError,
    idp::{Verified, sign_in_of, snapshot::Snapshot, token_cache::TokenDigest, verify_access},
};

/// The verified bearer token of a request.
pub(crate) enum BearerToken {
    /// A token of the company's own pool.
    Ours(Arc<Verified>),
    /// A token of an external issuer that the company trusts.
    Theirs(Arc<ExternalIdentity>),
}

/// An external identity: a verified token of an external issuer, and the account that its subject is linked to.
pub(crate) struct ExternalIdentity {
    /// The verified token.
    pub(crate) token: VerifiedExternal,
    /// The account that the company linked to the token's subject.
    pub(crate) link: AccountLink,
    /// The company that trusts the issuer.
    company: Arc<store::Tenant>,
    /// The version of the external keys. It changes when a key is no longer trusted, and then the token is verified again.
    version: u64,
}

/// Verifies an access token of ours, or of an external issuer that a company trusts. Revocation is checked later, in the pipeline that binds the request.
///
/// # Errors
/// 401 with the reason in `WWW-Authenticate`; 503 if a query to PostgreSQL is needed and PostgreSQL does not answer.
pub(crate) async fn verify_bearer(api: &Api, text: &str) -> Result<BearerToken, ApiError> {
    if api.external.is_empty() || !is_theirs(api, text).await? {
        return verify_access(api, text).await.map(BearerToken::Ours);
    }
    verify_external(api, text).await.map(BearerToken::Theirs)
}

/// Whether the token names an external key and none of ours. For an unknown `kid` it reads our own pools again first, and then asks for new external keys.
async fn is_theirs(api: &Api, text: &str) -> Result<bool, ApiError> {
    let ours = |snapshot: &Snapshot| match snapshot.ring().has_key_of(text) {
        // A text that is not a token is refused as one of ours, without a query.
        Ok(true) | Err(_) => Some(()),
        Ok(false) => None,
    };
    if ours(&api.pools.current()).is_some() {
        return Ok(false);
    }
    let theirs = || api.external.current().ring.has_key_of(text) == Ok(true);
    if theirs() {
        return Ok(true);
    }
    if api.pools.find(ours).await?.is_some() {
        return Ok(false);
    }
    api.external.look().await;
    Ok(theirs())
}

async fn verify_external(api: &Api, text: &str) -> Result<Arc<ExternalIdentity>, ApiError> {
    let digest = TokenDigest::of(text);
    let (now, current) = (Utc::now(), api.external.current());
    let token_cache = api.external.token_cache();
    let holds = |known: &ExternalIdentity| {
        known.version == current.version && known.token.expires_at() > now
    };
    if let Some(known) = token_cache.find(&digest, holds) {
        return Ok(known);
    }
    let token = current.ring.verify_access(text, now).map_err(ApiError::refused_token)?;
    let link = bearer(api, &token).await?;
    let company = api.store.tenant(token.tenant()).await?;
    let company = Arc::new(company.ok_or_else(|| ApiError::new(Code::UnknownCompany))?);
    let tenant = token.tenant();
    let identity = ExternalIdentity { token, link, company, version: current.version };
    Ok(token_cache.keep(digest, tenant, identity))
}

/// The account that the company linked to the token's subject. A sign-in from before the account last signed out everywhere is refused. The account's own
/// record of that time is checked, because Redis keeps revocations only as long as our own short-lived tokens need.
async fn bearer(api: &Api, token: &VerifiedExternal) -> Result<AccountLink, ApiError> {
    let issuer = token.issuer().as_str();
    let linked = api.store.linked(token.tenant(), issuer, token.subject()).await?;
    let linked = linked.ok_or_else(ApiError::unlinked_token)?;
    let over = linked.signed_out_at.is_some_and(|at| token.sign_in_time() <= at);
    if over || !linked.enabled || !api.may_use_account(linked.demo) {
        return Err(ApiError::revoked_token());
    }
    Ok(linked.link)
}

impl BearerToken {
    /// The tenant that accepts this token.
    pub(crate) fn tenant(&self) -> TenantId {
        match self {
            Self::Ours(verified) => verified.access.tenant(),
            Self::Theirs(identity) => identity.token.tenant(),
        }
    }

    /// The company of that tenant, with its name.
    pub(crate) fn company(&self) -> Arc<store::Tenant> {
        Arc::clone(match self {
            Self::Ours(verified) => &verified.company,
            Self::Theirs(identity) => &identity.company,
        })
    }

    /// The sign-in that the token was issued for, to check whether it was revoked. `None` for a machine's token.
    pub(crate) fn sign_in(&self) -> Option<TokenOrigin> {
        match self {
            Self::Ours(verified) => sign_in_of(&verified.access),
            Self::Theirs(identity) => Some(TokenOrigin {
                tenant: identity.token.tenant(),
                account: identity.link.account_state.account,
                origin: None,
                at: identity.token.sign_in_time(),
            }),
        }
    }

    /// The tenant context of the bearer. Refused if the host names another tenant.
    pub(crate) fn context(
        &self,
        host: Option<TenantId>,
        status: TenantStatus,
    ) -> Result<TenantContext, BindingError> {
        match self {
            Self::Ours(verified) => {
                let colleague = verified.colleague.as_ref();
                TenantContext::from_access(host, status, &verified.access, colleague)
            }
            Self::Theirs(identity) => {
                TenantContext::from_external(host, status, &identity.token, &identity.link)
            }
        }
    }

    /// The lock Binding switched off: the bearer acts for the tenant that the host names.
    pub(crate) fn bind_without_host_check(
        &self,
        host: TenantId,
        status: TenantStatus,
        off: SwitchedOff,
    ) -> Result<TenantContext, BindingError> {
        match self {
            Self::Ours(verified) => TenantContext::from_access_without_host_check(
                host,
                status,
                &verified.access,
                verified.colleague.as_ref(),
                off,
            ),
            Self::Theirs(identity) => TenantContext::from_external_without_host_check(
                host,
                status,
                &identity.token,
                &identity.link,
                off,
            ),
        }
    }
}
