//! Verifies access tokens of external issuers, and finds the accounts that their subjects are linked to.

use std::sync::Arc;

use chrono::Utc;
use tenancy::AccountLink;
use token::VerifiedExternal;

use super::ExternalIdentity;
use crate::{IdentityProvider, VerifyError, token_cache::TokenDigest};

impl IdentityProvider {
    /// Verifies a token with the keys of external issuers.
    pub(crate) async fn verify_external(
        &self,
        text: &str,
    ) -> Result<Arc<ExternalIdentity>, VerifyError> {
        let digest = TokenDigest::of(text);
        let (now, current) = (Utc::now(), self.external.current());
        let token_cache = self.external.token_cache();
        let is_current = |known: &ExternalIdentity| {
            known.version == current.version && known.token.expires_at() > now
        };
        if let Some(known) = token_cache.find(&digest, is_current) {
            return Ok(known);
        }
        let token = current.ring.verify_access(text, now)?;
        let link = self.linked_account(&token).await?;
        let tenant = token.tenant();
        let company = self.store.tenant(tenant).await?.ok_or(VerifyError::UnknownCompany)?;
        let company = Arc::new(company);
        let identity = ExternalIdentity { token, link, company, version: current.version };
        Ok(token_cache.insert(digest, tenant, identity))
    }

    /// The account that the company linked to the token's subject. A sign-in from before the account last signed out everywhere is refused. The account's own
    /// record of that time is checked, because Redis keeps revocations only as long as our own short-lived tokens need.
    async fn linked_account(&self, token: &VerifiedExternal) -> Result<AccountLink, VerifyError> {
        let issuer = token.issuer().as_str();
        let linked = self.store.linked(token.tenant(), issuer, token.subject()).await?;
        let linked = linked.ok_or(VerifyError::Unlinked)?;
        let is_signed_out = linked.signed_out_at.is_some_and(|at| token.sign_in_time() <= at);
        if is_signed_out || !linked.enabled || !self.may_use_account(linked.demo) {
            return Err(VerifyError::Revoked);
        }
        Ok(linked.link)
    }
}
