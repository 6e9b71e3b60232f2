//! Operations on the user's own account. The access token in the body determines the account.

use std::sync::Arc;

use domain::{AccessScope, AccountId, TenantId};
use idp::{Pool, sign_in_of};
use serde::Deserialize;
use serde_json::json;
use store::Person;
use token::Bearer;

use super::{Reply, call::Call, exception::Exception, new_password::NewPassword, password, user};
use crate::{
    Api,
    extract::{check_not_revoked, company::must_be_open},
    finish::finish,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TokenParameter {
    access_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    access_token: String,
    previous_password: String,
    proposed_password: String,
}

/// The user of a valid access token.
struct Owner {
    tenant: TenantId,
    account: AccountId,
    pool: Arc<Pool>,
}

/// `GetUser`: the user name and the attributes of the user's own account.
pub(super) async fn get_user(call: &Call<'_>) -> Reply {
    let TokenParameter { access_token } = call.read()?;
    let owner = Owner::of(call.api, &access_token).await?;
    let person = owner.person(call.api).await?;
    Ok(json!({
        "Username": person.account.to_string(),
        "UserAttributes": user::attributes(&person, owner.tenant),
    }))
}

/// `GlobalSignOut`: revokes all sessions and tokens of the account on every node, including the token of this request (row T5).
pub(super) async fn global_sign_out(call: &Call<'_>) -> Reply {
    let TokenParameter { access_token } = call.read()?;
    let Owner { tenant, account, .. } = Owner::of(call.api, &access_token).await?;
    let api = call.api.clone();
    finish(async move { Ok(api.idp.revocations.end_account(tenant, account).await?) }).await?;
    Ok(json!({}))
}

/// `ChangePassword`: needs the current password (ASVS 7.5.1), and revokes all sessions and tokens of the account, including the token of this request (7.4.3).
pub(super) async fn change_password(call: &Call<'_>) -> Reply {
    let Change { access_token, previous_password, proposed_password } = call.read()?;
    let owner = Owner::of(call.api, &access_token).await?;
    let new = NewPassword::parse(&proposed_password)?;
    let username = owner.account.to_string();
    let (api, request) = (call.api, call.request);
    let current = password::check(api, request, owner.tenant, &username, previous_password).await?;
    let current = current.ok_or_else(Exception::wrong_credentials)?;
    let person = owner.person(api).await?;
    let new = new.of_person(&person, &owner.pool)?;
    if !new.replace(api, &owner.pool, &current, None).await? {
        return Err(Exception::wrong_credentials());
    }
    Ok(json!({}))
}

impl Owner {
    /// Checks the token's signature first, then its scope, then its revocation and the company's status.
    async fn of(api: &Api, token: &str) -> Result<Self, Exception> {
        let verified = api.idp.verify_access(token).await?;
        let access = &verified.access;
        let Bearer::Person { account, .. } = access.bearer() else {
            return Err(Exception::not_authorized("Invalid Access Token"));
        };
        if !access.scopes().contains(&AccessScope::OwnAccount) {
            return Err(Exception::not_authorized("Access Token does not have required scopes"));
        }
        let (tenant, sign_in) = (access.tenant(), sign_in_of(access));
        let state = check_not_revoked(api, tenant, sign_in.as_ref()).await?;
        must_be_open(api, tenant, &state).await?;
        let pool = api.idp.pools.pool(access.pool()).await?;
        let pool = pool.ok_or_else(|| Exception::not_authorized("Invalid Access Token"))?;
        Ok(Self { tenant, account, pool })
    }

    async fn person(&self, api: &Api) -> Result<Person, Exception> {
        let person = api.store.person(self.tenant, self.account).await?;
        let person = person.filter(|person| person.enabled && api.idp.may_use_account(person.demo));
        person.ok_or_else(|| Exception::not_authorized("Access Token has been revoked"))
    }
}
