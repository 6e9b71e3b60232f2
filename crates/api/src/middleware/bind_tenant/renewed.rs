//! Gives the browser a new id for a session whose role was changed (row S2).

use actix_web::{HttpMessage, HttpRequest, http::header::HeaderValue};
use api_types::Code;
use chrono::Utc;
use session::Session;

use crate::{Api, cookies, error::ApiError, finish::finish};

/// The `Set-Cookie` header with the new id, as an extension of the request.
struct NewCookie(HeaderValue);

/// Continues the session under a new id, whose cookie [`take_cookie`] returns. If another request with the same id was faster, the browser gets the new cookie
/// with that response, and this one uses the same session.
///
/// # Errors
/// [`Code::NotSignedIn`] if the session has ended in the meantime; 503 if a store does not answer.
pub(super) async fn renew(
    request: &HttpRequest,
    api: &Api,
    session: Session,
) -> Result<Session, ApiError> {
    let (revocations, before) = (api.idp.revocations.clone(), session.clone());
    // Once the new id exists, its revocation record and its device must follow, even if the client disconnects.
    let renewed =
        finish(async move { Ok(revocations.renew_after_role_change(&before).await?) }).await?;
    if let Some(started) = renewed {
        let cookie = cookies::session_again(&started.id, &started.session, Utc::now());
        let cookie = cookie.map_err(ApiError::broken)?;
        request.extensions_mut().insert(NewCookie(cookie));
        return Ok(started.session);
    }
    // The role may have been changed once more: then the next request continues the session.
    let found = match api.sessions.reload(&session, Utc::now()).await? {
        Some(session) => api.idp.with_present_rights(session).await?,
        None => None,
    };
    found.ok_or_else(|| ApiError::new(Code::NotSignedIn))
}

/// The cookie of the new id that the session of this request got, if it got one.
pub(super) fn take_cookie(request: &HttpRequest) -> Option<HeaderValue> {
    request.extensions_mut().remove::<NewCookie>().map(|NewCookie(cookie)| cookie)
}
