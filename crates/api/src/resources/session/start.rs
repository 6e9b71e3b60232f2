//! Starts a session for an account that may sign in.

use actix_web::{HttpRequest, http::header::USER_AGENT};
use api_types::{Code, SessionView};
use chrono::{DateTime, Utc};
use domain::{SessionPolicy, TenantId, TenantStatus};
use idp::AccountName;
use session::{Device, Session, SessionId, SignedIn, Started};
use tenancy::TenantContext;
use throttle::{DeviceId, known_device};

use super::get::view;
use crate::{Api, cookies, error::ApiError};

/// Starts a session and reads the account again: if it was disabled, its employee left or its password changed in the meantime, the session ends again.
/// `authenticated_at` is the time when the user gave the password, if that was not now.
///
/// The account's sessions may have been revoked between the first read and the start, and that revocation could not know of this session. The session therefore
/// counts as begun when the credential was read, so that a later revocation ends it too (rows S2, S4).
pub(super) async fn start(
    api: &Api,
    request: &HttpRequest,
    company: &store::Tenant,
    policy: SessionPolicy,
    checked: &store::Credential,
    authenticated_at: Option<DateTime<Utc>>,
) -> Result<(SessionId, Session), ApiError> {
    let store::Credential { account, employee, role, demo, read_at, .. } = *checked;
    let who = SignedIn {
        tenant: company.id,
        account,
        employee,
        role,
        demo,
        policy,
        authenticated_at,
        device: device_of(api, request),
    };
    let Started { id, session, ended } = match api.sessions.start(who, read_at).await {
        // The user signed out everywhere in the meantime.
        Err(session::Error::Revoked) => return Err(ApiError::new(Code::WrongCredentials)),
        started => started?,
    };
    api.idp.revocations.record_ended(company.id, ended).await?;
    match api.idp.find_account(company.id, Some(&AccountName::Id(account))).await {
        Ok(Some(now)) if now.is_same_as(checked) => Ok((id, session)),
        changed => {
            api.idp.revocations.end_session(company.id, session.digest()).await?;
            Err(changed.err().map_or_else(|| ApiError::new(Code::WrongCredentials), ApiError::from))
        }
    }
}

/// Ends the session whose id the browser sent with a sign-in, if there is one: another site could have planted it (row S2). Returns what the reply shows of the new
/// session.
pub(super) async fn take_over(
    api: &Api,
    request: &HttpRequest,
    company: &store::Tenant,
    session: &Session,
) -> Result<SessionView, ApiError> {
    if let Some(before) = cookies::session_id(request.headers()) {
        let found = api.sessions.load(company.id, &before, session.policy(), Utc::now()).await?;
        // An id without a session is not recorded, because a client could send thousands of them.
        if let Some(found) = found {
            api.idp.revocations.end_session(company.id, found.digest()).await?;
        }
    }
    let context = TenantContext::from_session(company.id, TenantStatus::Active, session)?;
    view(api, &context, company, session).await
}

/// The device that the request comes from, if it signed in to this account before. Attempts from other devices do not slow it down (row G2).
pub(super) fn known_device_of(
    api: &Api,
    request: &HttpRequest,
    tenant: TenantId,
    name: &str,
) -> Option<DeviceId> {
    let value = cookies::device_value(request.headers())?;
    known_device(&api.seals, tenant, name, value, Utc::now())
}

/// The device that the request comes from, as its user recognises it in a list of sessions.
fn device_of(api: &Api, request: &HttpRequest) -> Device {
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Device {
        user_agent: user_agent.unwrap_or_default().to_owned(),
        address: request.peer_addr().map(|_| api.settings.proxies.client_ip(request)),
    }
}
