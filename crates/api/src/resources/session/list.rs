//! `GET /api/v1/sessions`: the devices on which the user is signed in.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{ListedSession, SessionList};
use chrono::Utc;
use domain::AccountId;
use session::SessionDigest;

use crate::{Api, cookies, error::ApiError, extract::Tenant};

/// Lists the sessions of the user.
#[utoipa::path(
    get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "session", security(("session" = [])),
    responses(
        (status = 200, description = "The user's sessions, the last used one first", body = SessionList),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: an access token shows no sessions", body = api_types::Problem),
    )
)]
pub(crate) async fn list(
    request: HttpRequest,
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let current = current_digest(&request, &tenant, &api);
    let items = listed(&api, &tenant, tenant.session()?.account(), current.as_ref()).await?;
    Ok(HttpResponse::Ok().json(SessionList { items }))
}

/// The digest of the session in the cookie of a request.
pub(super) fn current_digest(
    request: &HttpRequest,
    tenant: &Tenant,
    api: &Api,
) -> Option<SessionDigest> {
    let id = cookies::session_id(request.headers())?;
    Some(api.sessions.digest(tenant.company.id, &id))
}

/// The sessions of an account, as JSON shows them. `current` is the session of the request.
pub(in crate::resources) async fn listed(
    api: &Api,
    tenant: &Tenant,
    account: AccountId,
    current: Option<&SessionDigest>,
) -> Result<Vec<ListedSession>, ApiError> {
    let policy = tenant.session()?.policy();
    let found = api.sessions.list(tenant.context.tenant(), account, policy, Utc::now()).await?;
    let item = |session::ListedSession { digest, session, device }| ListedSession {
        current: Some(&digest) == current,
        id: digest.as_str().to_owned(),
        user_agent: device.user_agent,
        address: device.address.map(|address| address.to_string()),
        signed_in_at: session.signed_in_at(),
        last_seen_at: session.last_seen_at(),
        expires_at: session.expires_at(),
    };
    Ok(found.into_iter().map(item).collect())
}
