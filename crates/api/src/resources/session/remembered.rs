//! `POST` and `DELETE /api/v1/session/remembered`: a device that stays signed in gets a session without a password, or is forgotten (row C3).

use actix_web::{HttpRequest, HttpResponse, http::header::SET_COOKIE, web};
use api_types::SessionView;
use chrono::Utc;
use domain::TenantId;
use throttle::Rule;

use super::start::{start, take_over};
use crate::{
    Api, attempts, cookies, error::ApiError, extract::company, finish::finish,
    resources::onboarding::adopt::adopt,
};

/// Starts a session for the device in the cookie `__Host-remember`, and replaces that cookie. If two browsers have shown cookies of the device, all sessions and
/// tokens of its account end.
#[utoipa::path(
    post, path = "/api/v1/session/remembered", operation_id = "resume_session", tag = "session", security(()),
    responses(
        (status = 201, description = "Signed in; the reply sets `__Host-session` and the next `__Host-remember`", body = SessionView),
        (status = 204, description = "The device is not remembered, and must sign in; the reply deletes `__Host-remember` if it was sent"),
        (status = 400, description = "`company_host_required`", body = api_types::Problem),
        (status = 401, description = "`wrong_credentials`: the account changed in the meantime", body = api_types::Problem),
        (status = 403, description = "`cross_site_request` or `company_closed`", body = api_types::Problem),
        (status = 404, description = "`unknown_company`", body = api_types::Problem),
        (status = 429, description = "Too many unknown cookies from this address; see `Retry-After`", body = api_types::Problem),
        (status = 503, description = "A store does not answer: send the request again, see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn resume(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    if !cookies::has_remember(request.headers()) {
        return Ok(HttpResponse::NoContent().finish());
    }
    // The cookie is spent first, so the rest must happen even if the client disconnects.
    finish(async move { answer(&request, &api).await }).await
}

async fn answer(request: &HttpRequest, api: &Api) -> Result<HttpResponse, ApiError> {
    let (company, settings) = company::open_company(request, api).await?;
    let policy = settings.session_policy;
    let token = cookies::remember_token(request.headers());
    let (Some(token), true) = (token, policy.allows_remembered_devices()) else {
        return not_remembered();
    };
    // One counter for each client address, whatever the cookie. An outage does not count.
    let attempt = attempts::reserve(api, request, Rule::RememberedDevice, company.id, "").await?;
    let recognised = api.idp.recognise_device(company.id, &token).await;
    if !matches!(recognised, Ok(None)) {
        attempt.give_back().await;
    }
    let Some(device) = recognised? else {
        return not_remembered();
    };
    let authenticated_at = Some(device.authenticated_at);
    let started = start(api, request, &company, policy, &device.account, authenticated_at).await;
    let (id, session) = started?;
    if !api.idp.note_session_of_device(company.id, &token, &id).await? {
        return not_remembered();
    }
    let adopted = adopt(api, request, company.id, session.account()).await;
    let view = take_over(api, request, &company, &session).await?;
    let mut response = HttpResponse::Created();
    response.append_header(cookies::session(&id, policy));
    if let Some(forget) = adopted {
        response.append_header(forget);
    }
    if let Some((next, expires_at)) = device.next {
        response.append_header(cookies::remember(&next, expires_at, Utc::now()));
    }
    Ok(response.json(view))
}

/// Forgets the device in the cookie `__Host-remember`, also if its user has no session any more.
#[utoipa::path(
    delete, path = "/api/v1/session/remembered", operation_id = "forget_device", tag = "session", security(()),
    responses(
        (status = 204, description = "The device is forgotten; the reply deletes `__Host-remember`"),
        (status = 400, description = "`company_host_required`", body = api_types::Problem),
        (status = 403, description = "`cross_site_request` or `company_closed`", body = api_types::Problem),
        (status = 404, description = "`unknown_company`", body = api_types::Problem),
    )
)]
pub(crate) async fn forget(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (company, _) = company::open_company(&request, &api).await?;
    forget_device(&api, &request, company.id).await?;
    not_remembered()
}

/// Forgets the device that the request's cookie shows, if it shows one.
pub(super) async fn forget_device(
    api: &Api,
    request: &HttpRequest,
    tenant: TenantId,
) -> Result<(), ApiError> {
    if let Some(token) = cookies::remember_token(request.headers()) {
        api.idp.forget_device(tenant, &token).await?;
    }
    Ok(())
}

fn not_remembered() -> Result<HttpResponse, ApiError> {
    let delete = cookies::delete_remember().map_err(ApiError::broken)?;
    Ok(HttpResponse::NoContent().append_header((SET_COOKIE, delete)).finish())
}
