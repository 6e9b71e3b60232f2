//! The user of the browser that an application sends to sign out.

use std::sync::Arc;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use domain::AccountId;

use crate::{Api, cookies, error::ApiError, middleware::bind_tenant::by_cookie};

/// The user who is signed in in this browser, and the time of the sign-in.
pub(super) struct SignedIn {
    company: Arc<store::Tenant>,
    /// The account of the user.
    pub(super) account: AccountId,
    at: DateTime<Utc>,
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
        let (account, at) = (session.account(), session.signed_in_at());
        Ok(Some(Self { account, at, company: Arc::clone(&tenant.company) }))
    }

    /// Revokes the tokens first: if that fails, the session is still there for another try. Revokes them again after the session, for tokens issued in between.
    pub(super) async fn sign_out(&self, request: &HttpRequest, api: &Api) -> Result<(), ApiError> {
        self.revoke_tokens(api).await?;
        if let Some(id) = cookies::session_id(request.headers()) {
            api.idp.revocations.end_session(self.company.id, &id).await?;
        }
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
