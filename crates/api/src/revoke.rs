//! Revokes sessions and tokens: first in PostgreSQL, then in Redis. No other module of this crate revokes any.

use chrono::{TimeDelta, Utc};
use domain::{AccountId, OriginId, TenantId};
use session::{Revocation, SessionDigest, SessionId, Subject};
use store::RevokedFor;

use crate::{Api, error::ApiError};

/// How much longer a revocation is kept than the sessions or tokens that it ends, because clocks may differ.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// Revokes one session on every node.
///
/// If this process dies between the two steps, or Redis does not answer (503), the server applies the revocation later.
pub(crate) async fn end(api: &Api, tenant: TenantId, id: &SessionId) -> Result<(), ApiError> {
    end_noted(api, &note(api, tenant, api.sessions.subject(tenant, id)).await?).await
}

/// Records sessions that the session store has ended because their account had too many. Here Redis comes first: only its script knows which sessions it ended.
/// Once they are recorded, an old copy of Redis cannot bring them back.
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

/// Revokes every session and every token that the account has now, on every node; the refresh tokens first, so that none of them issues new tokens.
///
/// The caller has already committed the change that forbids the account to sign in (leaving, being disabled, a new password). A concurrent sign-in reads the
/// account again after its session is stored, so its session does not survive.
pub(crate) async fn end_all(
    api: &Api,
    tenant: TenantId,
    account: AccountId,
) -> Result<(), ApiError> {
    api.store.revoke_families(tenant, account, RevokedFor::SignedOut).await?;
    end_noted(api, &note(api, tenant, Subject::Account(account)).await?).await
}

/// Revokes one family of refresh tokens, and the tokens that were issued from it until they expire (row T5).
pub(crate) async fn end_family(
    api: &Api,
    tenant: TenantId,
    family: OriginId,
    why: RevokedFor,
) -> Result<(), ApiError> {
    api.store.revoke_family(tenant, family, why).await?;
    end_tokens(api, tenant, family).await
}

/// Revokes the tokens that were issued from a family that is already revoked.
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
        // The revocation is applied. If PostgreSQL does not record that, it is only applied again later.
        let noted = api.store.note_applied(vec![revocation.clone()], life).await;
        noted.unwrap_or_else(|error| tracing::warn!(%error, "session.revocation.not_noted"));
    }
    Ok(())
}
