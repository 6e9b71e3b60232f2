//! `DELETE /api/v1/sessions/{id}` and `DELETE /api/v1/sessions/others`: signs a user out on other devices.

use actix_web::{HttpResponse, web};
use api_types::Code;
use session::SessionDigest;

use super::{list::listed, sign_out::signed_out};
use crate::{
    Api, cookies,
    error::ApiError,
    extract::{PathId, Tenant},
    finish::finish,
};

/// Ends one of the user's sessions on every node at once, or signs out a device that stays signed in. Ending the session of the request itself signs out.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", operation_id = "end_session", tag = "session", security(("session" = [])),
    params(("id" = String, Path, description = "The `id` in the list of sessions")),
    responses(
        (status = 204, description = "The session has ended"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: an access token ends no sessions", body = api_types::Problem),
        (status = 404, description = "The user has no session or device with this id", body = api_types::Problem),
    )
)]
pub(crate) async fn end(
    tenant: Tenant,
    PathId(digest): PathId<SessionDigest>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let session = tenant.session()?;
    let current = session.digest();
    let own = listed(&api, &tenant, session.account(), Some(&current)).await?;
    let mut ids =
        own.items.iter().map(|one| &one.id).chain(own.remembered.iter().map(|one| &one.id));
    if ids.all(|id| id != digest.as_str()) {
        return Err(ApiError::new(Code::NotFound));
    }
    let is_current = current == digest;
    api.idp.revocations.end_session(tenant.company.id, digest).await?;
    if is_current { signed_out() } else { Ok(HttpResponse::NoContent().finish()) }
}

/// Ends every other session of the user on every node at once. This session goes on under a new id. Applications that act for the user keep their tokens.
#[utoipa::path(
    delete, path = "/api/v1/sessions/others", operation_id = "end_other_sessions", tag = "session", security(("session" = [])),
    responses(
        (status = 204, description = "All others have ended; the response sets the cookie of this session again"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: an access token ends no sessions", body = api_types::Problem),
    )
)]
pub(crate) async fn end_others(
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    // The last step ends the old id of this session, so the rest must happen even if the client disconnects.
    finish(async move {
        let session = tenant.session()?;
        let started = api.idp.revocations.end_others(session).await?;
        Ok(HttpResponse::NoContent()
            .append_header(cookies::session(&started.id, session.policy()))
            .finish())
    })
    .await
}
