//! Authenticates an administrator of a pool: the request must be signed with one of the pool's access keys (row T6).

use std::sync::Arc;

use chrono::Utc;
use credential::sigv4::{self, SignatureError, Signed};
use domain::TenantId;
use idp::{AccountName, Pool};
use serde::Deserialize;
use store::Person;
use tenancy::{AdminGrant, TenantContext};

use super::{
    call::Call,
    exception::{Exception, Kind},
};
use crate::{Api, error::ApiError, extract::company::status_of};

/// A verified administrator of a pool. An administrator's operation takes it as an argument.
pub(super) struct Admin {
    /// The tenant context, for changing the company's accounts.
    pub(super) context: TenantContext,
    /// The pool that the access key belongs to.
    pub(super) pool: Arc<Pool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PoolParameter {
    user_pool_id: String,
}

impl Admin {
    /// Verifies the signature first, so only a client with one of the pool's access keys learns whether the pool exists.
    pub(super) async fn of(call: &Call<'_>) -> Result<Self, Exception> {
        let signed = verify(call)?;
        let PoolParameter { user_pool_id } = call.read()?;
        if user_pool_id != signed.pool().as_str() {
            return Err(denied());
        }
        let api = call.api;
        let pool = api.idp.pools.pool(signed.pool()).await?;
        let unknown = || Exception::new(Kind::ResourceNotFound, "The user pool does not exist.");
        let pool = pool.ok_or_else(unknown)?;
        let grant = AdminGrant::of(&signed, pool.issuer()).map_err(|_| denied())?;
        let state = api.cache.state(grant.tenant()).await?;
        let status = status_of(api, grant.tenant(), &state).await?;
        let context = TenantContext::from_admin_grant(status, &grant).map_err(ApiError::from)?;
        Ok(Self { context, pool })
    }

    /// The tenant whose accounts are administered.
    pub(super) const fn tenant(&self) -> TenantId {
        self.context.tenant()
    }

    /// The account with this user name, enabled or not. An administrator gets `UserNotFoundException` if there is none.
    pub(super) async fn person(&self, api: &Api, username: &str) -> Result<Person, Exception> {
        let found = self.find(api, username).await?;
        found.ok_or_else(|| Exception::new(Kind::UserNotFound, "User does not exist."))
    }

    /// Like [`Self::person`]; `None` if there is no such account.
    pub(super) async fn find(&self, api: &Api, username: &str) -> Result<Option<Person>, ApiError> {
        let found = match AccountName::parse(username) {
            Some(AccountName::Id(account)) => api.store.person(self.tenant(), account).await?,
            Some(AccountName::Email(email)) => {
                api.store.person_by_email(self.tenant(), &email).await?
            }
            None => None,
        };
        Ok(found.filter(|found| api.idp.may_use_account(found.demo)))
    }
}

/// Verifies the signature and returns the access key.
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

fn refused(refused: SignatureError) -> Exception {
    let kind = match refused {
        SignatureError::Unsigned => Kind::MissingAuthenticationToken,
        _ => Kind::InvalidSignature,
    };
    Exception::new(kind, refused.to_string())
}

fn denied() -> Exception {
    Exception::new(Kind::AccessDenied, "The access key does not belong to this user pool.")
}
