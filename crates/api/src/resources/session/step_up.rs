//! `POST /api/v1/session/step-up`: the user enters the password again, before a change that a stolen session must not make.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, SessionView, StepUp};
use idp::AccountName;
use session::Started;
use throttle::Rule;

use super::{get::view, start::known_device_of};
use crate::{
    Api, attempts, cookies,
    error::ApiError,
    extract::{Body, Tenant},
    finish::finish,
};

/// Checks the password of the signed-in user, and continues the session under a new id. The old id ends at once. Attempts count as those of signing in.
#[utoipa::path(
    post, path = "/api/v1/session/step-up", operation_id = "step_up_session", tag = "session", security(("session" = [])), request_body = StepUp,
    responses(
        (status = 200, description = "The password is right; the reply sets the cookie of the session's new id", body = SessionView),
        (status = 401, description = "`wrong_credentials`: the password is wrong; `not_signed_in`", body = api_types::Problem),
        (status = 403, description = "`session_required`: an access token has no password", body = api_types::Problem),
        (status = 429, description = "Too many wrong passwords, see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn step_up(
    request: HttpRequest,
    tenant: Tenant,
    shown: Body<StepUp>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let password = shown.into_inner().password;
    // The old id ends before the reply names the new one, so the rest must happen even if the client disconnects.
    finish(async move { answer(&request, &tenant, &api, password).await }).await
}

async fn answer(
    request: &HttpRequest,
    tenant: &Tenant,
    api: &Api,
    password: String,
) -> Result<HttpResponse, ApiError> {
    let session = tenant.session()?;
    let account = api.store.account(&tenant.context).await?;
    let account = account.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    let (company, name) = (&tenant.company, AccountName::Email(account.email));
    let (rule, counter) = (Rule::Password, name.to_string());
    let device = known_device_of(api, request, company.id, &counter);
    let attempt = attempts::reserve_on(api, request, device, rule, company.id, &counter).await?;
    let checked = async {
        let found = api.idp.check_password(company.id, Some(&name), password).await?;
        let found = found.filter(|found| found.account == session.account());
        found.ok_or_else(|| ApiError::new(Code::WrongCredentials))
    };
    let checked = attempts::settle(attempt, checked.await).await?;
    let mut view = view(api, &tenant.context, company, session).await?;
    let renewed = api.idp.revocations.renew(session, Some(checked.read_at)).await;
    let Started { id, session, .. } = renewed?;
    view.expires_at = session.expires_at();
    Ok(HttpResponse::Ok().append_header(cookies::session(&id, session.policy())).json(view))
}
