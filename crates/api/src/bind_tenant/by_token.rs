//! Binds a request with a bearer token: the token's issuer names the tenant, and a host that names a company must name the same one.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap},
};
use domain::{TenantId, TenantStatus};
use idp::BearerToken;
use lab::Lock;
use session::{ReadBatch, TokenOrigin};
use tenancy::{Refusal, TenantContext};
use tracing::{Span, field::display};

use super::{Proof, Tenant, company_of, status_of};
use crate::{Api, error::ApiError, host::Host, request_id::RequestId};

/// The scheme of RFC 6750; its case does not matter (RFC 9110 §11.1).
const SCHEME: &str = "bearer";

/// The bearer token of a request; `None` if the request has no `Authorization` header.
///
/// # Errors
/// 401 for another scheme, for two headers, and for a header without a token, even if the request also has a session cookie.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.to_str().map_err(|_| ApiError::no_bearer(NOT_ASCII))?,
        (Some(_), Some(_)) => return Err(ApiError::no_bearer("the header is sent more than once")),
    };
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(ApiError::no_bearer("the scheme is not `Bearer`"));
    }
    match token.trim_start_matches(' ') {
        "" => Err(ApiError::no_bearer("the token is missing")),
        token => Ok(Some(token)),
    }
}

const NOT_ASCII: &str = "the header contains a character that is not visible ASCII";

/// Verifies signature and claims first. Then one batch reads whether the sign-in was revoked and the company's state.
pub(super) async fn bind(
    request: &HttpRequest,
    api: &Api,
    token: &str,
) -> Result<Tenant, ApiError> {
    let host = match Host::of(request, &api.settings.public_url)? {
        Host::Bare => None,
        Host::Company(_) => Some(company_of(request, api).await?),
    };
    let named = host.as_ref().map(|company| company.id);
    let token = api.idp.verify_bearer(token).await?;
    let tenant = token.tenant();
    Span::current().record("tenant", display(tenant));
    if api.faults.is_on(Lock::SessionKey) && named.is_some_and(|host| host != tenant) {
        return Err(ApiError::foreign_token());
    }
    let state = check_not_revoked(api, tenant, token.sign_in().as_ref()).await?;
    let status = status_of(api, tenant, &state).await?;
    let context = bound(api, named, status, &token)?;
    let (company, request_id) = (token.company(), RequestId::of(request));
    let proof = match token {
        BearerToken::Own(verified) => Proof::Access(verified),
        BearerToken::External(identity) => Proof::External(identity),
    };
    Ok(Tenant { context, company, proof, state, request_id })
}

/// Checks the locks Binding and Stamp; the stamp is the company on the bearer's record. Each raises an alert if an earlier lock has failed.
fn bound(
    api: &Api,
    host: Option<TenantId>,
    status: TenantStatus,
    token: &BearerToken,
) -> Result<TenantContext, ApiError> {
    let proved = prove(api, host, status, token);
    if let (Err(Refusal::TenantMismatch), Some(tenant)) = (&proved, host) {
        let foreign = token.tenant();
        tracing::error!(alert = "binding_mismatch", %tenant, %foreign, "api.tenant.mismatch");
    }
    let context = proved.map_err(refused)?;
    let (tenant, foreign) = (context.tenant(), token.company().id);
    if tenant != foreign && api.faults.is_on(Lock::Stamp) {
        tracing::error!(alert = "token_tenant", %tenant, %foreign, "api.token.foreign_tenant");
        return Err(ApiError::foreign_token());
    }
    Ok(context)
}

/// The lock Binding: host and issuer must agree. A laboratory build can switch it off.
fn prove(
    api: &Api,
    host: Option<TenantId>,
    status: TenantStatus,
    token: &BearerToken,
) -> Result<TenantContext, Refusal> {
    if let (Some(host), Some(off)) = (host, api.faults.switched_off(Lock::Binding)) {
        return token.bind_without_host_check(host, status, off);
    }
    token.context(host, status)
}

/// The tenant's state, if the sign-in that a token comes from was not revoked (row T5). One batch, so both replies come from the same Redis process. The
/// token of a machine has no sign-in.
pub(crate) async fn check_not_revoked(
    api: &Api,
    tenant: TenantId,
    sign_in: Option<&TokenOrigin>,
) -> Result<cache::TenantState, ApiError> {
    let mut batch = ReadBatch::over(&api.redis, tenant);
    let check = sign_in.map(|of| api.sessions.ask_revocations(&mut batch, of)).transpose()?;
    let state = api.cache.ask_state(&mut batch, tenant);
    let mut replies = batch.send().await?;
    let state = api.cache.read_state(state, &mut replies).await?;
    match check.map(|check| api.sessions.is_revoked(check, &mut replies)).transpose()? {
        Some(true) => Err(ApiError::revoked_token()),
        Some(false) | None => Ok(state),
    }
}

/// The error for a refused token. It differs from that for a session, because RFC 6750 prescribes how the cause is reported.
fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::TenantMismatch => ApiError::foreign_token(),
        Refusal::UnknownPerson => ApiError::revoked_token(),
        Refusal::TenantClosed => refusal.into(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn one_authorization_header_carries_one_token() {
        assert!(bearer_token(&headers(&[])).unwrap().is_none());
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c"] {
            assert_eq!(bearer_token(&headers(&[good])).unwrap(), Some("a.b.c"), "{good}");
        }
    }

    #[test]
    fn any_other_authorization_header_is_malformed() {
        for (odd, why) in [
            (&["Basic YTpi"][..], "the scheme is not `Bearer`"),
            (&["a.b.c"], "the scheme is not `Bearer`"),
            (&["Bearer"], "the token is missing"),
            (&["Bearer "], "the token is missing"),
            (&["Bearer a", "Bearer a"], "sent more than once"),
        ] {
            let error = bearer_token(&headers(odd)).unwrap_err();
            assert!(error.detail().contains(why), "{odd:?}: {}", error.detail());
        }
        let mut latin = HeaderMap::new();
        latin.insert(header::AUTHORIZATION, HeaderValue::from_bytes(b"Bearer \xe9").unwrap());
        assert!(bearer_token(&latin).unwrap_err().detail().contains("visible ASCII"));
    }
}
