//! `GET` and `PUT /api/v1/settings/sessions`: the session policy of the company.

use actix_web::{HttpResponse, web};
use api_types::SessionSettings;

use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{Body, SessionManager, require_fresh_password},
    finish::finish,
};

/// Shows the session policy of the company.
#[utoipa::path(
    get, path = "/api/v1/settings/sessions", operation_id = "get_session_settings", tag = "settings", security(("session" = [])),
    responses(
        (status = 200, description = "The session policy", body = SessionSettings),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: only an HR admin manages sessions; `session_required`", body = api_types::Problem),
    )
)]
pub(crate) async fn get(manager: SessionManager) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(SessionSettings { policy: manager.session()?.policy() }))
}

/// Sets the session policy of the company. It is in force on every node from the next request on, also for sessions that have begun.
#[utoipa::path(
    put, path = "/api/v1/settings/sessions", operation_id = "put_session_settings", tag = "settings", security(("session" = [])), request_body = SessionSettings,
    responses(
        (status = 200, description = "The new session policy", body = SessionSettings),
        (status = 400, description = "The body has no `policy`, or one that is neither `standard` nor `strict`", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: only an HR admin manages sessions; `session_required`; `step_up_required`: the user entered the password more than ten minutes ago", body = api_types::Problem),
        (status = 503, description = "The policy may have been set, and is then in force within five seconds: send the request again, see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn put(
    manager: SessionManager,
    new: Body<SessionSettings>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let session = manager.session()?;
    require_fresh_password(&manager)?;
    let (tenant, by) = (manager.context.tenant(), session.account());
    let new = new.into_inner();
    let context = manager.context.clone();
    // A policy that is stored must be announced and logged, even if the client disconnects.
    finish(async move {
        let settings = api.store.set_session_policy(&context, new.policy).await?;
        let settings = or_not_found(settings)?;
        let policy = settings.session_policy;
        tracing::info!(%tenant, %by, policy = policy.as_str(), "session.policy.changed");
        api.cache.announce_settings(tenant, settings).await?;
        Ok(HttpResponse::Ok().json(SessionSettings { policy }))
    })
    .await
}
