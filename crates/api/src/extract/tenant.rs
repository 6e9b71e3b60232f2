//! The tenant of a bound request. Only the middleware `bind_tenant` makes one.

use std::sync::Arc;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use api_types::Code;
use cache::{Body, Key, Loaded, TenantState};
use domain::SessionPolicy;
use futures_util::future::{Ready, ready};
use idp::{ExternalIdentity, VerifiedToken};
use serde::Serialize;
use session::Session;
use tenancy::{TenantContext, WidgetGrant};

use super::RequestId;
use crate::{
    Api,
    error::{ApiError, or_not_found},
};

/// The tenant of a request. A handler that needs it takes it as an argument; outside the bound scope that fails.
#[derive(Clone)]
pub(crate) struct Tenant {
    /// The actor, the tenant, and what the actor may see.
    pub(crate) context: TenantContext,
    /// The company, as the directory knows it.
    pub(crate) company: Arc<store::Tenant>,
    /// The credential that bound the request.
    pub(crate) proof: Proof,
    /// The session policy of the company.
    pub(crate) session_policy: SessionPolicy,
    state: TenantState,
    request_id: RequestId,
}

/// The credential that proves who acts for which tenant.
#[derive(Clone)]
pub(crate) enum Proof {
    /// A session, found by its cookie.
    Session(Session),
    /// An access token that this product issued, from `Authorization`.
    Access(Arc<VerifiedToken>),
    /// An access token of an external issuer that the company trusts.
    External(Arc<ExternalIdentity>),
    /// The cookie of a widget.
    Widget(WidgetGrant),
}

impl Tenant {
    /// The tenant of a request that was just bound. Only the middleware `bind_tenant` calls it.
    pub(crate) const fn bound(
        context: TenantContext,
        company: Arc<store::Tenant>,
        proof: Proof,
        session_policy: SessionPolicy,
        state: TenantState,
        request_id: RequestId,
    ) -> Self {
        Self { context, company, proof, session_policy, state, request_id }
    }

    /// The session that bound the request; [`Code::SessionRequired`] if a token or a widget did.
    pub(crate) fn session(&self) -> Result<&Session, ApiError> {
        match &self.proof {
            Proof::Session(session) => Ok(session),
            Proof::Access(_) | Proof::External(_) | Proof::Widget(_) => {
                Err(ApiError::new(Code::SessionRequired))
            }
        }
    }

    /// The body of `key` as this viewer of this tenant may see it: from the cache, or else from `load`.
    ///
    /// # Errors
    /// [`Code::NotFound`] if `load` finds nothing; 503 if a store does not answer.
    pub(crate) async fn body<K, T, F>(
        &self,
        api: &Api,
        key: &K,
        load: impl FnOnce() -> F,
    ) -> Result<Arc<Body>, ApiError>
    where
        K: Key,
        T: Serialize + Send + Sync + 'static,
        F: Future<Output = Result<Option<Loaded<T>>, store::Error>> + Send + 'static,
    {
        let cache = api.cache.for_tenant(&self.context, &self.state, self.request_id.as_str());
        or_not_found(cache.get_or_load(key, load).await?)
    }
}

impl FromRequest for Tenant {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let bound = request.extensions().get::<Self>().cloned();
        ready(bound.ok_or_else(|| {
            ApiError::with_detail(Code::Internal, "This route is not bound to a tenant.")
        }))
    }
}
