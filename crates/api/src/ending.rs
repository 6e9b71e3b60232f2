//! Ends sessions: first in PostgreSQL, then in Redis. Nothing else in this crate ends one.

use chrono::{TimeDelta, Utc};
use domain::{AccountId, TenantId};
use session::{Revocation, SessionId, Subject};

use crate::{Api, error::ApiError};

/// Revocations are kept for this much longer than what they end, for clocks that do not agree.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// Ends one session on every node.
///
/// Should this process die between the two steps, or Redis not answer, the server carries the revocation out later; whoever asked is told 503.
pub(crate) async fn end(api: &Api, tenant: TenantId, id: &SessionId) -> Result<(), ApiError> {
    end_noted(api, &note(api, tenant, api.sessions.subject(tenant, id)).await?).await
}

/// Ends every session that the account has begun by now, on every node.
///
/// What forbids an account to sign in (leaving, being disabled, a new password) is committed before this is called: a sign-in under way looks at the
/// account again once its session stands, so none survives.
pub(crate) async fn end_all(
    api: &Api,
    tenant: TenantId,
    account: AccountId,
) -> Result<(), ApiError> {
    end_noted(api, &note(api, tenant, Subject::Account(account)).await?).await
}

async fn note(api: &Api, tenant: TenantId, subject: Subject) -> Result<Revocation, ApiError> {
    let absolute = TimeDelta::from_std(api.sessions.policy().absolute).unwrap_or(TimeDelta::MAX);
    Ok(api.store.revoke(tenant, subject, Utc::now() + absolute + MARGIN).await?)
}

async fn end_noted(api: &Api, revocation: &Revocation) -> Result<(), ApiError> {
    if let Some(life) = api.sessions.revoke(revocation).await? {
        // It is done; that it is not noted only means that it will be done again.
        let noted = api.store.note_applied(vec![revocation.clone()], life).await;
        noted.unwrap_or_else(|error| tracing::warn!(%error, "session.revocation.not_noted"));
    }
    Ok(())
}
