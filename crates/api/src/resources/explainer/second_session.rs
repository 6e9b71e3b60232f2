//! `/api/v1/explainer/second-session`: a session that is started to be ended, so that the page can show when it is refused (row S2).
//!
//! Its id is dropped at once, so no client can use it. It is found by its device, which names the session that started it.

use actix_web::{HttpResponse, http::header, web};
use api_types::SecondSession;
use chrono::Utc;
use session::{Device, ListedSession, Session, SignedIn};

use crate::{Api, error::ApiError, extract::Tenant, resources::tokens::only_in_a_demonstration};

/// The device of a second session, completed with the digest of the first one. The list of the user's devices shows its first word.
const DEVICE: &str = "Second-session of";

/// Starts a second session for the session of the request, unless it has one.
///
/// Its time of sign-in is that of the request's session, so a revocation of all sessions of the account since then ends it too.
#[utoipa::path(
    post, path = "/api/v1/explainer/second-session", operation_id = "start_second_session", tag = "explainer", security(("session" = [])),
    responses(
        (status = 201, description = "There is a second session", body = SecondSession),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: a token starts no session", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn start(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    let (session, device) = first(&tenant, &api)?;
    if found(&api, session, &device).await?.is_empty() {
        let who = SignedIn {
            tenant: session.tenant(),
            account: session.account(),
            employee: session.employee(),
            role: session.role(),
            demo: session.demo(),
            policy: session.policy(),
            authenticated_at: Some(session.authenticated_at()),
            device: Device { user_agent: device, address: None },
        };
        let started = api.sessions.start(who, session.signed_in_at()).await?;
        api.idp.revocations.record_ended(session.tenant(), started.ended).await?;
    }
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(SecondSession { accepted: true }))
}

/// Says whether a request with the second session would be accepted now. Reads its record and checks it as for such a request.
#[utoipa::path(
    get, path = "/api/v1/explainer/second-session", operation_id = "get_second_session", tag = "explainer", security(("session" = [])),
    responses(
        (status = 200, description = "Whether the second session is accepted", body = SecondSession),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: a token has no sessions", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn show(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    let (session, device) = first(&tenant, &api)?;
    let accepted = !found(&api, session, &device).await?.is_empty();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(SecondSession { accepted }))
}

/// Ends the second session on every node at once, as any other session. It is not an error if there is none.
#[utoipa::path(
    delete, path = "/api/v1/explainer/second-session", operation_id = "end_second_session", tag = "explainer", security(("session" = [])),
    responses(
        (status = 204, description = "There is no second session"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: a token ends no sessions", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn end(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    let (session, device) = first(&tenant, &api)?;
    for second in found(&api, session, &device).await? {
        api.idp.revocations.end_session(session.tenant(), second.digest).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// The session of the request, and the device that marks its second session. The device has no value that signs a user in.
fn first<'t>(tenant: &'t Tenant, api: &Api) -> Result<(&'t Session, String), ApiError> {
    only_in_a_demonstration(api)?;
    let session = tenant.session()?;
    Ok((session, format!("{DEVICE} {}", session.digest().as_str())))
}

/// The valid second sessions of this session: one, or several if two requests started one at the same moment.
async fn found(api: &Api, session: &Session, device: &str) -> Result<Vec<ListedSession>, ApiError> {
    let (tenant, account, policy) = (session.tenant(), session.account(), session.policy());
    let mut all = api.sessions.list(tenant, account, policy, Utc::now()).await?;
    all.retain(|one| one.device.user_agent == device);
    Ok(all)
}
