//! Verifies the tokens of our own pools.

use std::sync::Arc;

use api_types::Code;
use chrono::Utc;
use domain::{AccountId, TenantId};
use session::TokenOrigin;
use store::Flow;
use tenancy::AccountState;
use token::{Bearer, InvalidToken, VerifiedAccess, VerifiedId};

use super::{
    Pools,
    snapshot::Snapshot,
    token_cache::{TokenCache, TokenDigest},
};
use crate::{Api, error::ApiError};

/// The cache of verified access tokens of our own pools. Clones share it.
#[derive(Clone, Default)]
pub struct VerifiedTokens(TokenCache<Verified>);

/// A verified access token, and its bearer according to the tenant's records.
pub(crate) struct Verified {
    /// The token, with the scopes that are allowed now.
    pub(crate) access: VerifiedAccess,
    /// The user; `None` for a machine.
    pub(crate) colleague: Option<AccountState>,
    /// The company whose pool issued the token.
    pub(crate) company: Arc<store::Tenant>,
    /// The version of the pools. It changes when a key is no longer trusted or an application is removed, and then the token is verified again.
    version: i64,
}

/// Verifies an access token and finds its bearer. The result has those scopes that the application and the user's role allow now. Revocation is not checked
/// here but in the pipeline that binds the request.
///
/// # Errors
/// 401 with the reason in `WWW-Authenticate`; 503 if the token is not in the cache and PostgreSQL does not answer.
pub(crate) async fn verify_access(api: &Api, text: &str) -> Result<Arc<Verified>, ApiError> {
    let digest = TokenDigest::of(text);
    let (now, pools) = (Utc::now(), &api.pools);
    let holds = |known: &Verified| {
        known.version == pools.current().version && known.access.expires_at() > now
    };
    if let Some(known) = api.verified.0.find(&digest, holds) {
        return Ok(known);
    }
    let (access, version) = with_fresh_keys(pools, |snapshot| {
        let access = snapshot.ring().verify_access(text, now)?;
        Ok((held_against(snapshot, access)?, snapshot.version))
    })
    .await?;
    let colleague = match access.bearer() {
        Bearer::Machine => None,
        Bearer::Person { account, .. } => Some(colleague(api, access.tenant(), account).await?),
    };
    let access = match &colleague {
        Some(colleague) => access.limited_to(|scope| scope.is_allowed_for(colleague.role)),
        None => access,
    };
    let company = api.store.tenant(access.tenant()).await?;
    let company = Arc::new(company.ok_or_else(|| ApiError::new(Code::UnknownCompany))?);
    let tenant = access.tenant();
    Ok(api.verified.0.keep(digest, tenant, Verified { access, colleague, company, version }))
}

/// Verifies an access token of ours that its client wants to revoke. The bearer is not looked up and may no longer exist. `None` if the token is not valid.
///
/// # Errors
/// 503 if the token's key is unknown and PostgreSQL does not answer.
pub(crate) async fn verify_own_access(
    api: &Api,
    text: &str,
) -> Result<Option<VerifiedAccess>, ApiError> {
    let now = Utc::now();
    let verify = |snapshot: &Snapshot| snapshot.ring().verify_access(text, now).ok();
    Ok(api.pools.find(verify).await?)
}

/// Verifies an ID token, and that its account may still sign in. An ID token identifies a user and grants no access.
///
/// # Errors
/// The same as [`verify_access`].
pub(crate) async fn verify_id(api: &Api, text: &str) -> Result<VerifiedId, ApiError> {
    let now = Utc::now();
    let id = with_fresh_keys(&api.pools, |snapshot| {
        let id = snapshot.ring().verify_id(text, now)?;
        let holder = snapshot.holder(id.client(), id.pool(), id.issued_at());
        holder.map(|_| ()).ok_or(InvalidToken::WrongAudience)?;
        Ok(id)
    })
    .await?;
    colleague(api, id.tenant(), id.account()).await?;
    Ok(id)
}

/// The sign-in that an access token was issued for, to check whether it was revoked. `None` for a machine's token.
pub(crate) fn sign_in_of(access: &VerifiedAccess) -> Option<TokenOrigin> {
    match access.bearer() {
        Bearer::Machine => None,
        Bearer::Person { account, origin, signed_in_at, .. } => {
            let origin = Some(origin);
            Some(TokenOrigin { tenant: access.tenant(), account, origin, at: signed_in_at })
        }
    }
}

/// Verifies with the current snapshot. If the key or the application is unknown it may be new, so the database is read once and the token is verified again.
async fn with_fresh_keys<T>(
    pools: &Pools,
    verify: impl Fn(&Snapshot) -> Result<T, InvalidToken>,
) -> Result<T, ApiError> {
    let again = |refused: &InvalidToken| {
        matches!(refused, InvalidToken::UnknownKey | InvalidToken::WrongAudience)
    };
    let found = pools
        .find(|snapshot| match verify(snapshot) {
            Err(refused) if again(&refused) => None,
            decided => Some(decided),
        })
        .await?;
    let decided = found.unwrap_or_else(|| verify(&pools.current()));
    decided.map_err(ApiError::refused_token)
}

/// Limits the token to the scopes that its application allows now.
///
/// # Errors
/// [`InvalidToken::WrongAudience`] unless the application that the token was issued to still exists in the same pool and, for a machine's token, may still use
/// client credentials.
fn held_against(
    snapshot: &Snapshot,
    access: VerifiedAccess,
) -> Result<VerifiedAccess, InvalidToken> {
    let holder = snapshot.holder(access.client(), access.pool(), access.issued_at());
    let holder = holder.ok_or(InvalidToken::WrongAudience)?;
    if access.bearer() == Bearer::Machine && !holder.may_use(Flow::ClientCredentials) {
        return Err(InvalidToken::WrongAudience);
    }
    Ok(access.limited_to(|scope| holder.allows(scope)))
}

async fn colleague(
    api: &Api,
    tenant: TenantId,
    account: AccountId,
) -> Result<AccountState, ApiError> {
    let person = api.store.person(tenant, account).await?;
    let person = person.filter(|person| person.enabled && api.may_use_account(person.demo));
    let person = person.ok_or_else(ApiError::revoked_token)?;
    Ok(AccountState { account, employee: person.employee, role: person.role })
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
