//! `POST /api/v1/session/remembered`: signs in a device that stays signed in, without a password (row C3).

use actix_web::{HttpRequest, HttpResponse, http::header::SET_COOKIE, web};
use api_types::SessionView;
use chrono::Utc;
use domain::TenantStatus;
use tenancy::TenantContext;

use super::{get::view, start::start};
use crate::{Api, cookies, error::ApiError, extract::company};

/// Starts a session for the device in the cookie `__Host-remember`, and replaces that cookie. A cookie that was used before ends all sessions and tokens of its
/// account.
#[utoipa::path(
    post, path = "/api/v1/session/remembered", operation_id = "resume_session", tag = "session",
    responses(
        (status = 201, description = "Signed in; the reply sets `__Host-session` and the next `__Host-remember`", body = SessionView),
        (status = 204, description = "The device is not remembered, and must sign in; the reply deletes `__Host-remember` if it was sent"),
        (status = 401, description = "`wrong_credentials`: the account changed in the meantime", body = api_types::Problem),
        (status = 403, description = "`cross_site_request` or `company_closed`", body = api_types::Problem),
    )
)]
pub(crate) async fn resume(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    if !cookies::has_remember(request.headers()) {
        return Ok(HttpResponse::NoContent().finish());
    }
    let (company, settings) = company::open_company(&request, &api).await?;
    let policy = settings.session_policy;
    let token = cookies::remember_token(request.headers());
    let (Some(token), true) = (token, policy.allows_remembered_devices()) else {
        return not_remembered();
    };
    let Some(device) = api.idp.recognise_device(company.id, &token).await? else {
        return not_remembered();
    };
    let authenticated_at = Some(device.authenticated_at);
    let started = start(&api, &request, &company, policy, &device.account, authenticated_at).await;
    let (id, session) = started?;
    api.idp.note_session_of_device(company.id, &token, &id).await?;
    let context = TenantContext::from_session(company.id, TenantStatus::Active, &session)?;
    let view = view(&api, &context, &company, &session).await?;
    let mut response = HttpResponse::Created();
    response.append_header(cookies::session(&id, policy));
    if let Some((next, expires_at)) = device.next {
        response.append_header(cookies::remember(&next, expires_at, Utc::now()));
    }
    Ok(response.json(view))
}

fn not_remembered() -> Result<HttpResponse, ApiError> {
    let delete = cookies::delete_remember().map_err(ApiError::broken)?;
    Ok(HttpResponse::NoContent().append_header((SET_COOKIE, delete)).finish())
}
