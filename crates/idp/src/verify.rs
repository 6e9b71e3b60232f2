//! Verifies the tokens of our own pools.

use std::sync::Arc;

use chrono::Utc;
use domain::{AccountId, TenantId};
use session::TokenOrigin;
use store::Flow;
use tenancy::AccountState;
use token::{Bearer, InvalidToken, VerifiedAccess, VerifiedId};

use crate::{
    IdentityProvider, Pools, PoolsError, VerifyError,
    snapshot::Snapshot,
    token_cache::{TokenCache, TokenDigest},
};

/// The cache of verified access tokens of our own pools. Clones share it.
#[derive(Clone, Default)]
pub struct VerifiedTokens(TokenCache<VerifiedToken>);

/// A verified access token, and its bearer according to the tenant's records.
pub struct VerifiedToken {
    /// The token, with the scopes that are allowed now.
    pub access: VerifiedAccess,
    /// The account of the user; `None` for a machine.
    pub account: Option<AccountState>,
    /// The company whose pool issued the token.
    pub company: Arc<store::Tenant>,
    /// The version of the pools. It changes when a key is no longer trusted or an application is removed, and then the token is verified again.
    version: i64,
}

impl IdentityProvider {
    /// Verifies an access token and finds its bearer. The result has those scopes that the application and the user's role allow now. Revocation is not checked
    /// here but in the pipeline that binds the request.
    ///
    /// # Errors
    /// [`VerifyError::InvalidToken`] or [`VerifyError::Revoked`] if the token is not accepted; another [`VerifyError`] if the token is not in the cache and
    /// PostgreSQL does not answer.
    pub async fn verify_access(&self, text: &str) -> Result<Arc<VerifiedToken>, VerifyError> {
        let digest = TokenDigest::of(text);
        let (now, pools) = (Utc::now(), &self.pools);
        let is_current = |known: &VerifiedToken| {
            known.version == pools.current().version && known.access.expires_at() > now
        };
        if let Some(known) = self.verified.0.find(&digest, is_current) {
            return Ok(known);
        }
        let (access, version) = with_fresh_keys(pools, |snapshot| {
            let access = snapshot.ring().verify_access(text, now)?;
            Ok((limit_to_application(snapshot, access)?, snapshot.version))
        })
        .await?;
        let tenant = access.tenant();
        let account = match access.bearer() {
            Bearer::Machine => None,
            Bearer::Person { account, .. } => Some(self.account_state(tenant, account).await?),
        };
        let access = match &account {
            Some(account) => access.limited_to(|scope| scope.is_allowed_for(account.role)),
            None => access,
        };
        let company = self.store.tenant(tenant).await?.ok_or(VerifyError::UnknownCompany)?;
        let verified = VerifiedToken { access, account, company: Arc::new(company), version };
        Ok(self.verified.0.insert(digest, tenant, verified))
    }

    /// Verifies an ID token, and that its account may still sign in. An ID token identifies a user and grants no access.
    ///
    /// # Errors
    /// The same as [`Self::verify_access`].
    pub async fn verify_id(&self, text: &str) -> Result<VerifiedId, VerifyError> {
        let now = Utc::now();
        let id = with_fresh_keys(&self.pools, |snapshot| {
            let id = snapshot.ring().verify_id(text, now)?;
            let holder = snapshot.holder(id.client(), id.pool(), id.issued_at());
            holder.map(|_| ()).ok_or(InvalidToken::WrongAudience)?;
            Ok(id)
        })
        .await?;
        self.account_state(id.tenant(), id.account()).await?;
        Ok(id)
    }

    async fn account_state(
        &self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<AccountState, VerifyError> {
        let person = self.store.person(tenant, account).await?;
        let person = person.filter(|person| person.enabled && self.may_use_account(person.demo));
        let person = person.ok_or(VerifyError::Revoked)?;
        Ok(AccountState { account, employee: person.employee, role: person.role })
    }
}

impl Pools {
    /// Verifies an access token of ours that its client wants to revoke. The bearer is not looked up and may no longer exist. `None` if the token is not valid.
    ///
    /// # Errors
    /// [`PoolsError`] if the token's key is unknown and PostgreSQL does not answer.
    pub async fn verify_own_access(
        &self,
        text: &str,
    ) -> Result<Option<VerifiedAccess>, PoolsError> {
        let now = Utc::now();
        self.find(|snapshot| snapshot.ring().verify_access(text, now).ok()).await
    }
}

/// The sign-in that an access token was issued for, to check whether it was revoked. `None` for a machine's token.
pub fn sign_in_of(access: &VerifiedAccess) -> Option<TokenOrigin> {
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
) -> Result<T, VerifyError> {
    let may_be_new = |refused: &InvalidToken| {
        matches!(refused, InvalidToken::UnknownKey | InvalidToken::WrongAudience)
    };
    let found = pools
        .find(|snapshot| match verify(snapshot) {
            Err(refused) if may_be_new(&refused) => None,
            decided => Some(decided),
        })
        .await?;
    Ok(found.unwrap_or_else(|| verify(&pools.current()))?)
}

/// Limits the token to the scopes that its application allows now.
///
/// # Errors
/// [`InvalidToken::WrongAudience`] unless the application that the token was issued to still exists in the same pool and, for a machine's token, may still use
/// client credentials.
fn limit_to_application(
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

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
