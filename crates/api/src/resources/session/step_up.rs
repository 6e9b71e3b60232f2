//! `POST /api/v1/session/step-up`: the user gives the password again, before a change that a stolen session must not make.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, SessionView, StepUp};
use chrono::{TimeDelta, Utc};
use idp::AccountName;
use session::{Session, Started};
use throttle::Rule;

use super::get::view;
use crate::{
    Api, attempts, cookies,
    error::ApiError,
    extract::{Body, Tenant},
};

/// How long ago the user may have given the password for such a change.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// Checks that the user gave the password a short time ago.
///
/// # Errors
/// [`Code::StepUpRequired`] if that was too long ago, for example because the device stays signed in.
pub(in crate::resources) fn require_fresh_password(session: &Session) -> Result<(), ApiError> {
    if Utc::now() - session.authenticated_at() <= FRESH {
        return Ok(());
    }
    Err(ApiError::new(Code::StepUpRequired))
}

/// Checks the password of the signed-in user, and continues the session under a new id. The old id ends at once. Attempts count as those of signing in.
#[utoipa::path(
    post, path = "/api/v1/session/step-up", operation_id = "step_up_session", tag = "session", request_body = StepUp,
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
    let session = tenant.session()?;
    let not_signed_in = || ApiError::new(Code::NotSignedIn);
    let id = cookies::session_id(request.headers()).ok_or_else(not_signed_in)?;
    let account = api.store.account(&tenant.context).await?.ok_or_else(not_signed_in)?;
    let (company, name) = (&tenant.company, AccountName::Email(account.email));
    let rule = Rule::Password;
    let attempt = attempts::reserve(&api, &request, rule, company.id, &name.to_string()).await?;
    let password = shown.into_inner().password;
    let checked = async {
        let found = api.idp.check_password(company.id, Some(&name), password).await?;
        let found = found.filter(|found| found.account == session.account());
        found.ok_or_else(|| ApiError::new(Code::WrongCredentials))
    };
    attempts::settle(attempt, checked.await).await?;
    let started = match api.idp.revocations.renew(session, &id, Utc::now()).await {
        // The user signed out everywhere in the meantime.
        Err(idp::RevokeError::Session(session::Error::Revoked)) => return Err(not_signed_in()),
        started => started?,
    };
    let Started { id, session, ended } = started;
    api.idp.revocations.record_ended(company.id, ended).await?;
    let view = view(&api, &tenant.context, company, &session).await?;
    Ok(HttpResponse::Ok().append_header(cookies::session(&id, session.policy())).json(view))
}
