//! `GET /api/v1/sessions`: the devices on which the user is signed in.

use actix_web::{HttpResponse, web};
use api_types::{ListedSession, RememberedDevice, SessionList};
use chrono::Utc;
use domain::AccountId;
use session::SessionDigest;

use crate::{Api, error::ApiError, extract::Tenant};

/// Lists the sessions of the user, and the devices that stay signed in.
#[utoipa::path(
    get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "session", security(("session" = [])),
    responses(
        (status = 200, description = "The user's sessions, the last used one first", body = SessionList),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: an access token shows no sessions", body = api_types::Problem),
    )
)]
pub(crate) async fn list(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    let session = tenant.session()?;
    let list = listed(&api, &tenant, session.account(), Some(&session.digest())).await?;
    Ok(HttpResponse::Ok().json(list))
}

/// The sessions and remembered devices of an account, as JSON shows them. `current` is the session of the request.
pub(in crate::resources) async fn listed(
    api: &Api,
    tenant: &Tenant,
    account: AccountId,
    current: Option<&SessionDigest>,
) -> Result<SessionList, ApiError> {
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
    let items: Vec<ListedSession> = found.into_iter().map(item).collect();
    let devices = api.store.remembered_devices(&tenant.context, account).await?;
    let without_session =
        |device: &store::ListedDevice| items.iter().all(|session| session.id != device.session);
    let remembered = devices.into_iter().filter(without_session).map(|device| RememberedDevice {
        id: device.session,
        signed_in_at: device.authenticated_at,
        last_used_at: device.used_at,
        expires_at: device.expires_at,
    });
    let remembered = remembered.collect();
    Ok(SessionList { items, remembered })
}
