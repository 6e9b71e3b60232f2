//! An administrator's operations on an account: set a password, sign out, disable, enable.

use serde::Deserialize;
use serde_json::json;

use super::{Reply, admin::Admin, call::Call, new_password::NewPassword, user::UsernameParameter};
use crate::{error::ApiError, finish::finish};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SetPassword {
    username: String,
    password: String,
    #[serde(default)]
    permanent: bool,
}

/// `AdminSetUserPassword`: the user must change the password at the next sign-in unless it is permanent. All sessions and tokens of the account are revoked.
pub(super) async fn set_password(call: &Call<'_>, admin: &Admin) -> Reply {
    let SetPassword { username, password, permanent } = call.read()?;
    let new = NewPassword::parse(&password)?;
    let person = admin.person(call.api, &username).await?;
    let new = new.of_person(&person, &admin.pool)?;
    new.set(call.api, &admin.pool, person.account, !permanent).await?;
    Ok(json!({}))
}

/// `AdminUserGlobalSignOut`: revokes all sessions and tokens of the account on every node (row T5).
pub(super) async fn sign_out(call: &Call<'_>, admin: &Admin) -> Reply {
    let UsernameParameter { username } = call.read()?;
    let person = admin.person(call.api, &username).await?;
    let (api, tenant) = (call.api.clone(), admin.tenant());
    finish(async move { Ok(api.idp.revocations.end_account(tenant, person.account).await?) })
        .await?;
    Ok(json!({}))
}

/// `AdminDisableUser`: forbids signing in to the account, and revokes all its sessions and tokens.
pub(super) async fn disable(call: &Call<'_>, admin: &Admin) -> Reply {
    let UsernameParameter { username } = call.read()?;
    let person = admin.person(call.api, &username).await?;
    let (api, context) = (call.api.clone(), admin.context.clone());
    finish(async move {
        api.store.enable_person(&context, person.account, false).await?;
        Ok(api.idp.revocations.end_account(context.tenant(), person.account).await?)
    })
    .await?;
    Ok(json!({}))
}

/// `AdminEnableUser`: allows signing in again. A user who has left the company still cannot sign in.
pub(super) async fn enable(call: &Call<'_>, admin: &Admin) -> Reply {
    let UsernameParameter { username } = call.read()?;
    let person = admin.person(call.api, &username).await?;
    let enabled = call.api.store.enable_person(&admin.context, person.account, true).await;
    enabled.map_err(ApiError::from)?;
    Ok(json!({}))
}
