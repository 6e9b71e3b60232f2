//! Verifies the token that a request bears, of whoever issued it: whose it is, the name of its key says, and ours come first.

use std::sync::Arc;

use api_types::Code;
use chrono::Utc;
use domain::{TenantId, TenantStatus};
use session::SignInOf;
use tenancy::{Link, Refusal, TenantContext};
use token::VerifiedExternal;

use crate::{
    Api,
    error::ApiError,
    idp::{Verified, remembered::TokenDigest, sign_in_of, snapshot::Snapshot, verify_access},
};

/// A token that a request bears, verified.
pub(crate) enum Borne {
    /// Our own, of the company's pool.
    Ours(Arc<Verified>),
    /// Of an issuer that the company trusts.
    Theirs(Arc<Guest>),
}

/// A verified token of another issuer, and who of the company its bearer is.
pub(crate) struct Guest {
    /// The token.
    pub(crate) token: VerifiedExternal,
    /// Who bears it.
    pub(crate) link: Link,
    /// The company that trusts the issuer.
    company: Arc<store::Tenant>,
    /// The keys as they stood: one that is trusted no more is another version.
    version: u64,
}

/// Verifies an access token of ours, or of an issuer that a company trusts. That it was not revoked, the round trip that binds the request tells.
///
/// # Errors
/// 401 with the reason in `WWW-Authenticate`; 503 if PostgreSQL has to be asked and does not answer.
pub(crate) async fn verify_bearer(api: &Api, text: &str) -> Result<Borne, ApiError> {
    if api.external.are_none() || !is_theirs(api, text).await? {
        return verify_access(api, text).await.map(Borne::Ours);
    }
    verify_external(api, text).await.map(Borne::Theirs)
}

/// Whether another issuer's key is named and none of ours. A name that nobody knows is asked for: here first, then there.
async fn is_theirs(api: &Api, text: &str) -> Result<bool, ApiError> {
    let ours = |snapshot: &Snapshot| match snapshot.ring().has_key_of(text) {
        // What is no token at all is refused as ours, and nobody is asked about it.
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

async fn verify_external(api: &Api, text: &str) -> Result<Arc<Guest>, ApiError> {
    let digest = TokenDigest::of(text);
    let (now, current) = (Utc::now(), api.external.current());
    let remembered = api.external.remembered();
    let holds = |known: &Guest| known.version == current.version && known.token.expires_at() > now;
    if let Some(known) = remembered.find(&digest, holds) {
        return Ok(known);
    }
    let token = current.ring.verify_access(text, now).map_err(ApiError::refused_token)?;
    let link = bearer(api, &token).await?;
    let company = api.store.tenant(token.tenant()).await?;
    let company = Arc::new(company.ok_or_else(|| ApiError::new(Code::UnknownCompany))?);
    let tenant = token.tenant();
    let guest = Guest { token, link, company, version: current.version };
    Ok(remembered.keep(digest, tenant, guest))
}

/// Who bears it, as the company has linked them. What began before they signed out everywhere is over: the account's own note of that is kept when
/// the memory of revocations, which is made for our own short-lived tokens, has let it go.
async fn bearer(api: &Api, token: &VerifiedExternal) -> Result<Link, ApiError> {
    let issuer = token.issuer().as_str();
    let linked = api.store.linked(token.tenant(), issuer, token.subject()).await?;
    let linked = linked.ok_or_else(ApiError::unlinked_token)?;
    let over = linked.signed_out_at.is_some_and(|at| token.begun_at() <= at);
    if over || !linked.enabled || !api.shows(linked.demo) {
        return Err(ApiError::revoked_token());
    }
    Ok(linked.link)
}

impl Borne {
    /// The company that it is good at.
    pub(crate) fn tenant(&self) -> TenantId {
        match self {
            Self::Ours(verified) => verified.access.tenant(),
            Self::Theirs(guest) => guest.token.tenant(),
        }
    }

    /// The same company, with its name.
    pub(crate) fn company(&self) -> Arc<store::Tenant> {
        Arc::clone(match self {
            Self::Ours(verified) => &verified.company,
            Self::Theirs(guest) => &guest.company,
        })
    }

    /// The sign-in that it comes of, to ask whether it was revoked; `None` for a machine's.
    pub(crate) fn sign_in(&self) -> Option<SignInOf> {
        match self {
            Self::Ours(verified) => sign_in_of(&verified.access),
            Self::Theirs(guest) => Some(SignInOf {
                tenant: guest.token.tenant(),
                account: guest.link.colleague.account,
                origin: None,
                at: guest.token.begun_at(),
            }),
        }
    }

    /// Who acts for which tenant, if the host names no other.
    pub(crate) fn context(
        &self,
        host: Option<TenantId>,
        status: TenantStatus,
    ) -> Result<TenantContext, Refusal> {
        match self {
            Self::Ours(verified) => {
                let colleague = verified.colleague.as_ref();
                TenantContext::from_access(host, status, &verified.access, colleague)
            }
            Self::Theirs(guest) => {
                TenantContext::from_external(host, status, &guest.token, &guest.link)
            }
        }
    }

    /// The lock Binding, off: whoever bears a token acts for the tenant that the host names.
    #[cfg(feature = "lab")]
    pub(crate) fn believing_the_host(
        &self,
        host: TenantId,
        status: TenantStatus,
    ) -> Result<TenantContext, Refusal> {
        match self {
            Self::Ours(verified) => TenantContext::from_access_believing_the_host(
                host,
                status,
                &verified.access,
                verified.colleague.as_ref(),
            ),
            Self::Theirs(guest) => TenantContext::from_external_believing_the_host(
                host,
                status,
                &guest.token,
                &guest.link,
            ),
        }
    }
}
