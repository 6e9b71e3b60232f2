//! `POST /api/v1/session`: signs a user in.

use actix_web::{HttpRequest, HttpResponse, http::header::SET_COOKIE, web};
use api_types::{Code, NewSession, SessionView};
use chrono::Utc;
use idp::AccountName;
use throttle::{DeviceId, Rule, remember_device};

use super::{
    remembered::forget_device,
    start::{known_device_of, start, take_over},
};
use crate::{
    Api, attempts, cookies,
    error::ApiError,
    extract::{Body, company},
    resources::onboarding::adopt::adopt,
};

/// Checks e-mail and password at the company that the host names, and starts a session under a fresh id.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = NewSession,
    responses(
        (status = 201, description = "Signed in; the reply sets `__Host-session`, `__Host-device` and, if asked for, `__Host-remember`", body = SessionView),
        (status = 401, description = "`wrong_credentials`: e-mail or password is wrong", body = api_types::Problem),
        (status = 403, description = "`cross_site_request`, `company_closed`, or `password_change_required`", body = api_types::Problem),
        (status = 429, description = "Too many wrong passwords, or too many sign-ins at once; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn sign_in(
    request: HttpRequest,
    new: Body<NewSession>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (company, settings) = company::open_company(&request, &api).await?;
    let policy = settings.session_policy;
    let NewSession { email, password, remember_me } = new.into_inner();
    let name = AccountName::normalized(&email);
    let device = known_device_of(&api, &request, company.id, &name);
    let rule = Rule::Password;
    let attempt = attempts::reserve_on(&api, &request, device, rule, company.id, &name).await?;
    let found = check_password(&api, &company, &email, password).await;
    let found = attempts::settle(attempt, found).await?;
    if found.must_change {
        return Err(ApiError::new(Code::PasswordChangeRequired));
    }
    let (id, session) = start(&api, &request, &company, policy, &found, None).await?;
    let adopted = adopt(&api, &request, company.id, session.account()).await;
    let view = take_over(&api, &request, &company, &session).await?;
    let device = device.map_or_else(DeviceId::random, Ok).map_err(ApiError::broken)?;
    let device = remember_device(&api.seals, company.id, &name, device, Utc::now());
    let mut response = HttpResponse::Created();
    response.append_header(cookies::session(&id, policy)).append_header(cookies::device(&device));
    if let Some(forget) = adopted {
        response.append_header(forget);
    }
    // The device may have been remembered for another user.
    if cookies::has_remember(request.headers()) {
        forget_device(&api, &request, company.id).await?;
        response.append_header((SET_COOKIE, cookies::delete_remember().map_err(ApiError::broken)?));
    }
    if remember_me
        && policy.allows_remembered_devices()
        && let Some((token, expires_at)) = api.idp.remember_device(&session, &id).await?
    {
        response.append_header(cookies::remember(&token, expires_at, Utc::now()));
    }
    Ok(response.json(view))
}

/// The name of the account with this e-mail address; `None` if the text is not an address. This page accepts no account ids.
fn account_name(email: &str) -> Option<AccountName> {
    email.parse().ok().map(AccountName::Email)
}

/// Finds the account with this e-mail address and checks its password. An unknown address takes as long as a known one and gets the same reply (ASVS 6.3.8).
async fn check_password(
    api: &Api,
    company: &store::Tenant,
    email: &str,
    password: String,
) -> Result<store::Credential, ApiError> {
    let name = account_name(email);
    let found = api.idp.check_password(company.id, name.as_ref(), password).await?;
    found.ok_or_else(|| ApiError::new(Code::WrongCredentials))
}
