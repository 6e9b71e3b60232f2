//! Who administers a pool: a request that was signed with an access key of it (row T6). Nobody else gets to see an administrator's operations.

use std::sync::Arc;

use chrono::Utc;
use credential::sigv4::{self, Refused, Signed};
use domain::{AccountId, Email, TenantId};
use serde::Deserialize;
use store::Person;
use tenancy::{AdminGrant, TenantContext};

use super::{
    call::Call,
    exception::{Exception, Kind},
};
use crate::{Api, bind_tenant::status_of, error::ApiError, idp::snapshot::Pool};

/// The proof, and what it opens.
pub(super) struct Admin {
    /// The company, for what is done to its accounts.
    pub(super) context: TenantContext,
    /// Its pool.
    pub(super) pool: Arc<Pool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    user_pool_id: String,
}

impl Admin {
    /// The signature first. That a pool exists is told to whoever has a key of it.
    pub(super) async fn of(call: &Call<'_>) -> Result<Self, Exception> {
        let signed = verify(call)?;
        let Named { user_pool_id } = call.read()?;
        if user_pool_id != signed.pool().as_str() {
            return Err(denied());
        }
        let api = call.api;
        let pool = api.pools.find(|snapshot| snapshot.pool(signed.pool()).cloned()).await?;
        let gone = || Exception::new(Kind::ResourceNotFound, "The user pool does not exist.");
        let pool = pool.ok_or_else(gone)?;
        let grant = AdminGrant::of(&signed, &pool.issuer).map_err(|_| denied())?;
        let state = api.cache.state(grant.tenant()).await?;
        let status = status_of(api, grant.tenant(), &state).await?;
        let context = TenantContext::from_admin_grant(status, &grant).map_err(ApiError::from)?;
        Ok(Self { context, pool })
    }

    /// Whose accounts.
    pub(super) const fn tenant(&self) -> TenantId {
        self.context.tenant()
    }

    /// The person of this name, whether they may sign in or not. An administrator is told if there is nobody.
    pub(super) async fn person(&self, api: &Api, username: &str) -> Result<Person, Exception> {
        let found = self.find(api, username).await?;
        found.ok_or_else(|| Exception::new(Kind::UserNotFound, "User does not exist."))
    }

    pub(super) async fn find(&self, api: &Api, username: &str) -> Result<Option<Person>, ApiError> {
        let found = match (username.parse::<AccountId>(), username.parse::<Email>()) {
            (Ok(account), _) => api.store.person(self.tenant(), account).await?,
            (Err(_), Ok(email)) => api.store.person_by_email(self.tenant(), &email).await?,
            (Err(_), Err(_)) => None,
        };
        Ok(found.filter(|found| api.shows(found.demo)))
    }
}

/// The key that the request was signed with.
fn verify(call: &Call<'_>) -> Result<Signed, Exception> {
    let headers: Vec<(&str, &[u8])> = call
        .request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let request = sigv4::Request {
        method: call.request.method().as_str(),
        path: call.request.path(),
        query: call.request.query_string(),
        headers: &headers,
        body: call.body,
    };
    sigv4::verify(&request, &call.api.settings.admins, Utc::now()).map_err(refused)
}

fn refused(refused: Refused) -> Exception {
    let kind = match refused {
        Refused::Unsigned => Kind::MissingAuthenticationToken,
        _ => Kind::InvalidSignature,
    };
    Exception::new(kind, refused.to_string())
}

fn denied() -> Exception {
    Exception::new(Kind::AccessDenied, "The access key is not one of this user pool.")
}
