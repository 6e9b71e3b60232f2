//! Binds a request to its tenant. No other module does this.

mod by_token;

use std::sync::Arc;

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use api_types::Code;
use cache::{TenantCache, TenantState};
use chrono::Utc;
use domain::{TenantId, TenantStatus};
use futures_util::future::{Ready, ready};
use idp::{ExternalIdentity, VerifiedToken};
use lab::Lock;
use session::{ReadBatch, Session};
use tenancy::{Refusal, TenantContext};
use tracing::{Span, field::display};

use crate::{Api, cookies, error::ApiError, guard, host::Host, request_id::RequestId};

pub(crate) use by_token::{bearer_token, check_not_revoked};

/// The tenant of a request. A handler that needs it takes it as an argument; outside the bound scope that fails.
#[derive(Clone)]
pub(crate) struct Tenant {
    /// The actor, the tenant, and what the actor may see.
    pub(crate) context: TenantContext,
    /// The company, as the directory knows it.
    pub(crate) company: Arc<store::Tenant>,
    /// The credential that bound the request.
    pub(crate) proof: Proof,
    state: TenantState,
    request_id: RequestId,
}

/// The credential that proves who acts for which tenant.
#[derive(Clone)]
pub(crate) enum Proof {
    /// A session, found by its cookie.
    Session(Session),
    /// An access token that this product issued, from `Authorization`.
    Access(Arc<VerifiedToken>),
    /// An access token of an external issuer that the company trusts.
    External(Arc<ExternalIdentity>),
}

impl Tenant {
    /// The session that bound the request; [`Code::SessionRequired`] if a token did.
    pub(crate) fn session(&self) -> Result<&Session, ApiError> {
        match &self.proof {
            Proof::Session(session) => Ok(session),
            Proof::Access(_) | Proof::External(_) => Err(ApiError::new(Code::SessionRequired)),
        }
    }

    /// The cache, as this viewer of this tenant sees it.
    pub(crate) fn cache<'a>(&'a self, api: &'a Api) -> TenantCache<'a> {
        api.cache.for_tenant(&self.context, &self.state, self.request_id.as_str())
    }
}

/// The middleware around every route that reads or changes a company's data.
pub(crate) async fn bind_tenant(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match bind(request.request()).await {
        Ok(tenant) => {
            request.extensions_mut().insert(tenant);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// Binds a request with a bearer token by that token. For any other request the host names the company, the session proves it, and both must agree.
#[tracing::instrument(level = "debug", name = "api.tenant.bind", skip_all, fields(tenant))]
async fn bind(request: &HttpRequest) -> Result<Tenant, ApiError> {
    let api = api(request)?;
    if let Some(token) = by_token::bearer_token(request.headers())? {
        return Box::pin(by_token::bind(request, api, token)).await;
    }
    // Browsers add cookies automatically, and tokens never. Another site can therefore forge a request only where the cookie counts.
    guard::check_site(request)?;
    let company = company_of(request, api).await?;
    by_cookie(request, api, company).await?.ok_or_else(|| ApiError::new(Code::NotSignedIn))
}

/// The tenant that the session in the cookie proves; `None` if there is no session of that company.
pub(crate) async fn by_cookie(
    request: &HttpRequest,
    api: &Api,
    company: Arc<store::Tenant>,
) -> Result<Option<Tenant>, ApiError> {
    Span::current().record("tenant", display(company.id));
    let Some(id) = cookies::session_id(request.headers()) else { return Ok(None) };
    // One batch, so both replies come from the same Redis process.
    let mut batch = ReadBatch::over(&api.redis, company.id);
    let session = api.sessions.ask(&mut batch, company.id, &id)?;
    let state = api.cache.ask_state(&mut batch, company.id);
    let mut replies = batch.send().await?;
    let session = api.sessions.read(session, &mut replies, Utc::now()).await?;
    let state = api.cache.read_state(state, &mut replies).await?;
    let status = status_of(api, company.id, &state).await?;
    // The password of a demo account is public, so its session is valid only while the demonstration is on.
    let Some(session) = session.filter(|session| api.idp.may_use_account(session.demo())) else {
        return Ok(None);
    };
    let proved = prove(api, company.id, status, &session);
    if matches!(proved, Err(Refusal::TenantMismatch)) {
        // The record was found under this company's key, so an earlier lock has failed.
        let foreign = session.tenant();
        tracing::error!(alert = "binding_mismatch", tenant = %company.id, %foreign, "api.tenant.mismatch");
    }
    let context = proved?;
    let (proof, request_id) = (Proof::Session(session), RequestId::of(request));
    Ok(Some(Tenant { context, company, proof, state, request_id }))
}

/// The lock Binding: host and session must agree. A laboratory build can switch it off.
fn prove(
    api: &Api,
    host: TenantId,
    status: TenantStatus,
    session: &Session,
) -> Result<TenantContext, Refusal> {
    if let Some(off) = api.faults.switched_off(Lock::Binding) {
        return TenantContext::from_session_without_host_check(host, status, session, off);
    }
    TenantContext::from_session(host, status, session)
}

/// The company that the host names. The bare host names none.
pub(crate) async fn company_of(
    request: &HttpRequest,
    api: &Api,
) -> Result<Arc<store::Tenant>, ApiError> {
    let Host::Company(slug) = Host::of(request, &api.settings.public_url)? else {
        return Err(ApiError::new(Code::CompanyHostRequired));
    };
    api.directory.find(&slug).await?.ok_or_else(|| ApiError::new(Code::UnknownCompany))
}

/// The company that the host names, if it is open. For routes that need no session, such as signing in.
pub(crate) async fn open_company(
    request: &HttpRequest,
    api: &Api,
) -> Result<Arc<store::Tenant>, ApiError> {
    let company = company_of(request, api).await?;
    must_be_open(api, company.id, &api.cache.state(company.id).await?).await?;
    Ok(company)
}

/// Refuses a company that is suspended or deleted.
pub(crate) async fn must_be_open(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<(), ApiError> {
    match status_of(api, tenant, state).await? {
        TenantStatus::Active => Ok(()),
        _ => Err(ApiError::new(Code::CompanyClosed)),
    }
}

/// The status of a company. A deleted company gets the same error as one that never existed.
pub(crate) async fn status_of(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<TenantStatus, ApiError> {
    let status = match state.status {
        Some(status) => Some(status),
        // Boxed: rarely taken, and the future is large.
        None => Box::pin(ask_postgresql(api, tenant)).await?,
    };
    match status {
        Some(TenantStatus::Deleted) | None => Err(ApiError::new(Code::UnknownCompany)),
        Some(status) => Ok(status),
    }
}

/// Reads the status from PostgreSQL, because Redis does not have it. If PostgreSQL does not answer, the request fails; no status is assumed.
async fn ask_postgresql(api: &Api, tenant: TenantId) -> Result<Option<TenantStatus>, ApiError> {
    let status = api.store.tenant_status(tenant).await?;
    if let Some(status) = status {
        api.cache.remember_status(tenant, status).await?;
    }
    Ok(status)
}

/// The [`Api`] of the worker that handles the request.
pub(crate) fn api(request: &HttpRequest) -> Result<&Api, ApiError> {
    request
        .app_data::<web::Data<Api>>()
        .map(web::Data::get_ref)
        .ok_or_else(|| ApiError::new(Code::Internal))
}

impl FromRequest for Tenant {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let bound = request.extensions().get::<Self>().cloned();
        ready(bound.ok_or_else(|| {
            ApiError::with_detail(Code::Internal, "This route is not bound to a tenant.")
        }))
    }
}
