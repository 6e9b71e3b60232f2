//! Binds a request that bears an access token: the issuer names the tenant, and a host that names one must name the same.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap},
};
use domain::{TenantId, TenantStatus};
use session::{RoundTrip, SignInOf};
use tenancy::{Refusal, TenantContext};
use tracing::{Span, field::display};

use super::{Proof, Tenant, company_of, status_of};
use crate::{
    Api,
    error::ApiError,
    host::Host,
    idp::{self, Borne},
    request_id::RequestId,
};

/// The scheme of RFC 6750, in whatever case (RFC 9110 §11.1).
const SCHEME: &str = "bearer";

/// The token that a request bears; `None` if it says nothing of one.
///
/// # Errors
/// 401 for another scheme, for two headers, and for one without a token: whatever else is there does not count.
pub(crate) fn borne(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.to_str().ok(),
        (Some(_), Some(_)) => None,
    };
    let bearer = value.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim_start_matches(' '))
    });
    bearer.filter(|token| !token.is_empty()).map(Some).ok_or_else(ApiError::no_bearer)
}

/// Signature and claims first, then what was revoked and how the company stands, on one round trip.
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
    let token = idp::verify_bearer(api, token).await?;
    let tenant = token.tenant();
    Span::current().record("tenant", display(tenant));
    if api.keys_are_kept_apart() && named.is_some_and(|host| host != tenant) {
        return Err(ApiError::foreign_token());
    }
    let state = not_denied(api, tenant, token.sign_in().as_ref()).await?;
    let status = status_of(api, tenant, &state).await?;
    let context = bound(api, named, status, &token)?;
    let (company, request_id) = (token.company(), RequestId::of(request));
    let proof = match token {
        Borne::Ours(verified) => Proof::Access(verified),
        Borne::Theirs(guest) => Proof::External(guest),
    };
    Ok(Tenant { context, company, proof, state, request_id })
}

/// Two locks, and each of them says so if the one before it has let something through: Binding, and the stamp of the company that the bearer is on record at.
fn bound(
    api: &Api,
    host: Option<TenantId>,
    status: TenantStatus,
    token: &Borne,
) -> Result<TenantContext, ApiError> {
    let proved = prove(api, host, status, token);
    if let (Err(Refusal::TenantMismatch), Some(tenant)) = (&proved, host) {
        let foreign = token.tenant();
        tracing::error!(alert = "binding_mismatch", %tenant, %foreign, "api.tenant.mismatch");
    }
    let context = proved.map_err(refused)?;
    let (tenant, foreign) = (context.tenant(), token.company().id);
    if tenant != foreign && api.looks_at_stamps() {
        tracing::error!(alert = "token_tenant", %tenant, %foreign, "api.token.foreign_tenant");
        return Err(ApiError::foreign_token());
    }
    Ok(context)
}

/// The lock Binding: host and issuer must agree; in the laboratory, unless it is off.
#[cfg_attr(
    not(feature = "lab"),
    expect(unused_variables, reason = "the laboratory asks its faults")
)]
fn prove(
    api: &Api,
    host: Option<TenantId>,
    status: TenantStatus,
    token: &Borne,
) -> Result<TenantContext, Refusal> {
    #[cfg(feature = "lab")]
    if let Some(host) = host.filter(|_| api.faults.is_off(lab::Lock::Binding)) {
        return token.believing_the_host(host, status);
    }
    token.context(host, status)
}

/// The tenant's state, if the sign-in that a token comes of was not revoked (row T5): both are asked of one process in one life. Machines do not sign in.
pub(crate) async fn not_denied(
    api: &Api,
    tenant: TenantId,
    sign_in: Option<&SignInOf>,
) -> Result<cache::TenantState, ApiError> {
    let mut trip = RoundTrip::over(&api.redis, tenant);
    let denial = sign_in.map(|of| api.sessions.ask_denial(&mut trip, of)).transpose()?;
    let state = api.cache.ask_state(&mut trip, tenant);
    let mut replies = trip.go().await?;
    let state = api.cache.read_state(state, &mut replies).await?;
    match denial.map(|asked| api.sessions.is_denied(asked, &mut replies)).transpose()? {
        Some(true) => Err(ApiError::revoked_token()),
        Some(false) | None => Ok(state),
    }
}

/// A token is no session: what is wrong with it is said as RFC 6750 wants it.
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
    fn one_header_bears_one_token() {
        assert!(borne(&headers(&[])).unwrap().is_none());
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c"] {
            assert_eq!(borne(&headers(&[good])).unwrap(), Some("a.b.c"), "{good}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for odd in
            [&["Basic YTpi"][..], &["Bearer"], &["Bearer "], &["a.b.c"], &["Bearer a", "Bearer a"]]
        {
            assert!(borne(&headers(odd)).is_err(), "{odd:?}");
        }
    }
}
