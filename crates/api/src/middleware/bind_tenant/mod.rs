//! Binds a request to its tenant. No other module does this.

mod by_token;
pub(crate) mod by_widget;
mod renewed;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderValue,
    middleware::Next,
};
use api_types::Code;
use cache::TenantState;
use chrono::Utc;
use domain::{SessionPolicy, TenantId, TenantSettings, TenantStatus};
use lab::Lock;
use session::{ReadBatch, RoundTrips, Session};
use tenancy::{BindingError, TenantContext};
use tracing::{Span, field::display};

use super::guard;
use crate::{
    Api, cookies,
    error::ApiError,
    extract::{
        Proof, RequestId, Tenant, bearer_token,
        company::{company_of, settings_of},
    },
};

/// The round trips that bound a request in a demonstration, as an extension of the request.
#[derive(Clone, Copy)]
pub(crate) struct CountedBinding {
    /// The number of round trips.
    pub(crate) round_trips: RoundTrips,
    /// How long the binding took.
    pub(crate) took: Duration,
}

/// The middleware around every route that reads or changes a company's data.
pub(crate) async fn bind_tenant(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match bind_and_count(request.request()).await {
        Ok(tenant) => {
            let again = tenant.session().is_ok_and(Session::needs_cookie);
            request.extensions_mut().insert(tenant);
            let mut response = next.call(request).await?;
            if let Some(cookie) = renewed::take_cookie(response.request()) {
                cookies::add_unless_set(response.headers_mut(), cookie);
            } else if again && let Some(cookie) = cookie_again(response.request()).await? {
                cookies::add_unless_set(response.headers_mut(), cookie);
            }
            Ok(response.map_into_boxed_body())
        }
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// The session cookie for a browser that needs it again, because its lifetime and its attributes follow the session policy (row C2). `None` if the session has
/// ended or got a new id while the request was answered: the browser may have got another cookie meanwhile.
async fn cookie_again(request: &HttpRequest) -> Result<Option<HeaderValue>, ApiError> {
    let api = Api::of(request)?;
    let bound = request.extensions().get::<Tenant>().cloned();
    let Some(Proof::Session(session)) = bound.map(|tenant| tenant.proof) else { return Ok(None) };
    let Some(id) = cookies::session_id(request.headers()) else { return Ok(None) };
    let (tenant, policy, now) = (session.tenant(), session.policy(), Utc::now());
    let found = api.sessions.load(tenant, &id, policy, now).await?;
    if found.is_none_or(|found| found.digest() != api.sessions.digest(tenant, &id)) {
        return Ok(None);
    }
    cookies::session_again(&id, &session, now).map(Some).map_err(ApiError::broken)
}

/// Binds a request. In a demonstration, it also counts the round trips that this needs, for the page that explains them (row S1).
async fn bind_and_count(request: &HttpRequest) -> Result<Tenant, ApiError> {
    if !Api::of(request)?.settings.is_demonstration() {
        return bind(request).await;
    }
    let begun = Instant::now();
    let (bound, round_trips) = Box::pin(RoundTrips::of(bind(request))).await;
    request.extensions_mut().insert(CountedBinding { round_trips, took: begun.elapsed() });
    bound
}

/// Binds a request with a bearer token by that token. For any other request the host names the company, the session proves it, and both must agree.
#[tracing::instrument(level = "debug", name = "api.tenant.bind", skip_all, fields(tenant))]
async fn bind(request: &HttpRequest) -> Result<Tenant, ApiError> {
    let api = Api::of(request)?;
    if let Some(token) = bearer_token(request.headers())? {
        return Box::pin(by_token::bind(request, api, token)).await;
    }
    // Browsers add cookies automatically, and tokens never. Another site can therefore forge a request only where the cookie counts.
    guard::check_site(request)?;
    let company = company_of(request, api).await?;
    let found = find(request, api, &company).await?;
    let mut found = found.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    if found.session.has_changed_role() && found.status == TenantStatus::Active {
        found.session = Box::pin(renewed::renew(request, api, found.session)).await?;
    }
    found.bind(request, api, company)
}

/// The tenant that the session in the cookie proves; `None` if there is no session of that company. A session whose role was changed has the present role here,
/// and gets its new id from a request that [`bind_tenant`] binds.
pub(crate) async fn by_cookie(
    request: &HttpRequest,
    api: &Api,
    company: Arc<store::Tenant>,
) -> Result<Option<Tenant>, ApiError> {
    let found = find(request, api, &company).await?;
    found.map(|found| found.bind(request, api, company)).transpose()
}

/// A session of the host's company, with what the same batch has read of the company.
struct FoundSession {
    session: Session,
    status: TenantStatus,
    session_policy: SessionPolicy,
    state: TenantState,
}

/// The session in the cookie, with the present role of its account; `None` if there is no session of that company.
async fn find(
    request: &HttpRequest,
    api: &Api,
    company: &store::Tenant,
) -> Result<Option<FoundSession>, ApiError> {
    Span::current().record("tenant", display(company.id));
    let Some(id) = cookies::session_id(request.headers()) else { return Ok(None) };
    // One batch, so both replies come from the same Redis process.
    let mut batch = ReadBatch::over(&api.redis, company.id);
    let session = api.sessions.ask(&mut batch, company.id, &id)?;
    let state = api.cache.ask_state(&mut batch, company.id);
    let mut replies = batch.send().await?;
    let state = api.cache.read_state(state, &mut replies).await?;
    let TenantSettings { status, session_policy } = settings_of(api, company.id, &state).await?;
    let session = api.sessions.read(session, &mut replies, session_policy, Utc::now()).await?;
    // The password of a demo account is public, so its session is valid only while the demonstration is on.
    let Some(session) = session.filter(|session| api.idp.may_use_account(session.demo())) else {
        return Ok(None);
    };
    let session = api.idp.with_present_rights(session).await?;
    Ok(session.map(|session| FoundSession { session, status, session_policy, state }))
}

impl FoundSession {
    /// Binds the request to the tenant of the session, which must be the company.
    fn bind(
        self,
        request: &HttpRequest,
        api: &Api,
        company: Arc<store::Tenant>,
    ) -> Result<Tenant, ApiError> {
        let Self { session, status, session_policy, state } = self;
        let proved = prove(api, company.id, status, &session);
        if matches!(proved, Err(BindingError::TenantMismatch)) {
            // The record was found under this company's key, so an earlier lock has failed.
            let foreign = session.tenant();
            tracing::error!(alert = "binding_mismatch", tenant = %company.id, %foreign, "api.tenant.mismatch");
        }
        let context = proved?;
        let (proof, request_id) = (Proof::Session(session), RequestId::of(request));
        Ok(Tenant::bound(context, company, proof, session_policy, state, request_id))
    }
}

/// The lock Binding: host and session must agree. A lab build can switch it off.
fn prove(
    api: &Api,
    host: TenantId,
    status: TenantStatus,
    session: &Session,
) -> Result<TenantContext, BindingError> {
    if let Some(off) = api.faults.switched_off(Lock::Binding) {
        return TenantContext::from_session_without_host_check(host, status, session, off);
    }
    TenantContext::from_session(host, status, session)
}
