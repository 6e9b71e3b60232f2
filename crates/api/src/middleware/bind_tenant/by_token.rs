//! Binds a request with a bearer token: the token's issuer names the tenant, and a host that names a company must name the same one.

use actix_web::HttpRequest;
use domain::{TenantId, TenantSettings, TenantStatus};
use idp::BearerToken;
use lab::Lock;
use tenancy::{BindingError, TenantContext};
use tracing::{Span, field::display};

use crate::{
    Api,
    error::ApiError,
    extract::{
        Host, Proof, RequestId, Tenant, check_not_revoked,
        company::{company_of, settings_of},
    },
};

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
    let TenantSettings { status, session_policy } = settings_of(api, tenant, &state).await?;
    let context = bound(api, named, status, &token)?;
    let (company, request_id) = (token.company(), RequestId::of(request));
    let proof = match token {
        BearerToken::Own(verified) => Proof::Access(verified),
        BearerToken::External(identity) => Proof::External(identity),
    };
    Ok(Tenant::bound(context, company, proof, session_policy, state, request_id))
}

/// Checks the locks Binding and Stamp; the stamp is the company on the bearer's record. Each raises an alert if an earlier lock has failed.
fn bound(
    api: &Api,
    host: Option<TenantId>,
    status: TenantStatus,
    token: &BearerToken,
) -> Result<TenantContext, ApiError> {
    let proved = prove(api, host, status, token);
    if let (Err(BindingError::TenantMismatch), Some(tenant)) = (&proved, host) {
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

/// The lock Binding: host and issuer must agree. A lab build can switch it off.
fn prove(
    api: &Api,
    host: Option<TenantId>,
    status: TenantStatus,
    token: &BearerToken,
) -> Result<TenantContext, BindingError> {
    if let (Some(host), Some(off)) = (host, api.faults.switched_off(Lock::Binding)) {
        return token.bind_without_host_check(host, status, off);
    }
    token.context(host, status)
}

/// The error for a refused token. It differs from that for a session, because RFC 6750 prescribes how the cause is reported.
fn refused(refusal: BindingError) -> ApiError {
    match refusal {
        BindingError::TenantMismatch => ApiError::foreign_token(),
        BindingError::UnknownPerson => ApiError::revoked_token(),
        BindingError::TenantClosed => refusal.into(),
    }
}
