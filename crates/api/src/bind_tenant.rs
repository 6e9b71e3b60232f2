//! Binds a request to its tenant. This happens nowhere else.

mod by_token;
mod locks;

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
use session::{RoundTrip, Session};
use tenancy::{Refusal, TenantContext};
use tracing::{Span, field::display};

use crate::{
    Api, cookies,
    error::ApiError,
    guard,
    host::Host,
    idp::{Guest, Verified},
    request_id::RequestId,
};

pub(crate) use by_token::{borne, not_denied};

/// A request's tenant. A handler says that it needs one by taking this; outside the bound scope there is none to take.
#[derive(Clone)]
pub(crate) struct Tenant {
    /// Who acts for which tenant, and what they may see.
    pub(crate) context: TenantContext,
    /// The company, as the directory knows it.
    pub(crate) company: Arc<store::Tenant>,
    /// What proved it.
    pub(crate) proof: Proof,
    state: TenantState,
    request_id: RequestId,
}

/// What proves who acts for which tenant.
#[derive(Clone)]
pub(crate) enum Proof {
    /// A session, by its cookie.
    Session(Session),
    /// An access token of ours, in `Authorization`.
    Access(Arc<Verified>),
    /// One of an issuer that the company trusts.
    External(Arc<Guest>),
}

impl Tenant {
    /// The session of whoever acts. A token does not do in its place.
    pub(crate) fn session(&self) -> Result<&Session, ApiError> {
        match &self.proof {
            Proof::Session(session) => Ok(session),
            Proof::Access(_) | Proof::External(_) => Err(ApiError::new(Code::SessionRequired)),
        }
    }

    /// The cache as this viewer sees it.
    pub(crate) fn cache<'a>(&'a self, api: &'a Api) -> TenantCache<'a> {
        api.cache.for_tenant(&self.context, &self.state, self.request_id.as_str())
    }
}

/// The middleware round everything that shows a company's data.
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

/// A request that bears a token is bound by it; for any other the host names the company, the session proves it, and they must agree.
#[tracing::instrument(level = "debug", name = "api.tenant.bind", skip_all, fields(tenant))]
async fn bind(request: &HttpRequest) -> Result<Tenant, ApiError> {
    let api = api(request)?;
    if let Some(token) = by_token::borne(request.headers())? {
        return Box::pin(by_token::bind(request, api, token)).await;
    }
    // A browser adds a cookie by itself, and never a token: only where the cookie counts can a page of another site make it ask.
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
    // Both are asked on one trip, and both are answered by one process in one life.
    let mut trip = RoundTrip::over(&api.redis, company.id);
    let session = api.sessions.ask(&mut trip, company.id, &id)?;
    let state = api.cache.ask_state(&mut trip, company.id);
    let mut replies = trip.go().await?;
    let session = api.sessions.read(session, &mut replies, Utc::now()).await?;
    let state = api.cache.read_state(state, &mut replies).await?;
    let status = status_of(api, company.id, &state).await?;
    // The password of a demonstration account is public: its session ends with the demonstration.
    let Some(session) = session.filter(|session| api.shows(session.demo())) else {
        return Ok(None);
    };
    let proved = prove(api, company.id, status, &session);
    if matches!(proved, Err(Refusal::TenantMismatch)) {
        // It was found under this company's key, so a lock before this one is broken.
        let foreign = session.tenant();
        tracing::error!(alert = "binding_mismatch", tenant = %company.id, %foreign, "api.tenant.mismatch");
    }
    let context = proved?;
    let (proof, request_id) = (Proof::Session(session), RequestId::of(request));
    Ok(Some(Tenant { context, company, proof, state, request_id }))
}

/// The lock Binding: host and session must agree; in the laboratory, unless it is off.
#[cfg_attr(
    not(feature = "lab"),
    expect(unused_variables, reason = "the laboratory asks its faults")
)]
fn prove(
    api: &Api,
    host: TenantId,
    status: TenantStatus,
    session: &Session,
) -> Result<TenantContext, Refusal> {
    #[cfg(feature = "lab")]
    if api.faults.is_off(lab::Lock::Binding) {
        return TenantContext::believing_the_host(host, status, session);
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

/// The company that the host names, if it is open: for what needs no session, such as signing in.
pub(crate) async fn open_company(
    request: &HttpRequest,
    api: &Api,
) -> Result<Arc<store::Tenant>, ApiError> {
    let company = company_of(request, api).await?;
    must_be_open(api, company.id, &api.cache.state(company.id).await?).await?;
    Ok(company)
}

/// Refuses a company that is closed, or gone.
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

/// The status of a company that is not gone. A deleted company answers as one that never was.
pub(crate) async fn status_of(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<TenantStatus, ApiError> {
    let status = match state.status {
        Some(status) => Some(status),
        // Boxed, as it is rare and its room is large.
        None => Box::pin(ask_postgresql(api, tenant)).await?,
    };
    match status {
        Some(TenantStatus::Deleted) | None => Err(ApiError::new(Code::UnknownCompany)),
        Some(status) => Ok(status),
    }
}

/// Redis does not know the status: PostgreSQL does. If neither answers, the request fails; no status is assumed.
async fn ask_postgresql(api: &Api, tenant: TenantId) -> Result<Option<TenantStatus>, ApiError> {
    let status = api.store.tenant_status(tenant).await?;
    if let Some(status) = status {
        api.cache.remember_status(tenant, status).await?;
    }
    Ok(status)
}

/// The application of the worker that answers.
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
