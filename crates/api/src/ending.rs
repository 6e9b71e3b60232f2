//! Ends sessions and tokens: first in PostgreSQL, then in Redis. Nothing else in this crate ends one.

use chrono::{TimeDelta, Utc};
use domain::{AccountId, OriginId, TenantId};
use session::{Revocation, SessionDigest, SessionId, Subject};
use store::RevokedFor;

use crate::{Api, error::ApiError};

/// Revocations are kept for this much longer than what they end, for clocks that do not agree.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// Ends one session on every node.
///
/// Should this process die between the two steps, or Redis not answer, the server carries the revocation out later; whoever asked is told 503.
pub(crate) async fn end(api: &Api, tenant: TenantId, id: &SessionId) -> Result<(), ApiError> {
    end_noted(api, &note(api, tenant, api.sessions.subject(tenant, id)).await?).await
}

/// Notes sessions that the session store has ended because their account had too many. Here Redis comes first: only its script knows which sessions it
/// ended. From then on no old copy of Redis brings them back.
pub(crate) async fn note_ended(
    api: &Api,
    tenant: TenantId,
    ended: Vec<SessionDigest>,
) -> Result<(), ApiError> {
    for digest in ended {
        end_noted(api, &note(api, tenant, Subject::Session(digest)).await?).await?;
    }
    Ok(())
}

/// Ends every session and every token that the account has begun by now, on every node; the refresh tokens first, so that none gives new ones.
///
/// What forbids an account to sign in (leaving, being disabled, a new password) is committed before this is called: a sign-in under way looks at the
/// account again once its session stands, so none survives.
pub(crate) async fn end_all(
    api: &Api,
    tenant: TenantId,
    account: AccountId,
) -> Result<(), ApiError> {
    api.store.revoke_families(tenant, account, RevokedFor::SignedOut).await?;
    end_noted(api, &note(api, tenant, Subject::Account(account)).await?).await
}

/// Ends one family of refresh tokens, and denies the tokens that came of it for as long as they could live (row T5).
pub(crate) async fn end_family(
    api: &Api,
    tenant: TenantId,
    family: OriginId,
    why: RevokedFor,
) -> Result<(), ApiError> {
    api.store.revoke_family(tenant, family, why).await?;
    end_tokens(api, tenant, family).await
}

/// Denies the tokens of a family that is over already.
pub(crate) async fn end_tokens(
    api: &Api,
    tenant: TenantId,
    family: OriginId,
) -> Result<(), ApiError> {
    end_noted(api, &note(api, tenant, Subject::Tokens(family)).await?).await
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
