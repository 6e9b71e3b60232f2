//! The user of the browser that an application sends to sign out.

use std::sync::Arc;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use domain::AccountId;
use session::SessionDigest;

use crate::{Api, error::ApiError, middleware::bind_tenant::by_cookie};

/// The user who is signed in in this browser, and the time of the sign-in.
pub(super) struct SignedIn {
    company: Arc<store::Tenant>,
    /// The account of the user.
    pub(super) account: AccountId,
    at: DateTime<Utc>,
    digest: SessionDigest,
}

impl SignedIn {
    /// The user of the session in the cookie; `None` if there is no session of this company.
    pub(super) async fn find(
        request: &HttpRequest,
        api: &Api,
        company: Arc<store::Tenant>,
    ) -> Result<Option<Self>, ApiError> {
        let Some(tenant) = by_cookie(request, api, company).await? else {
            return Ok(None);
        };
        let session = tenant.session()?;
        let (account, at, digest) = (session.account(), session.signed_in_at(), session.digest());
        Ok(Some(Self { account, at, digest, company: Arc::clone(&tenant.company) }))
    }

    /// Revokes the tokens first: if that fails, the session is still there for another try. Revokes them again after the session, for tokens issued in between.
    pub(super) async fn sign_out(&self, api: &Api) -> Result<(), ApiError> {
        self.revoke_tokens(api).await?;
        api.idp.revocations.end_session(self.company.id, self.digest.clone()).await?;
        self.revoke_tokens(api).await
    }

    async fn revoke_tokens(&self, api: &Api) -> Result<(), ApiError> {
        let tenant = self.company.id;
        for family in api.store.revoke_sign_in(tenant, self.account, self.at).await? {
            api.idp.revocations.end_tokens(tenant, family).await?;
        }
        Ok(())
    }
}
