//! `InitiateAuth`: signing in, and the older way to refresh tokens.

use idp::Application;
use serde::Deserialize;
use store::Flow;

use super::{
    Reply, application,
    call::{Call, Parameters, required},
    client_secret,
    exception::Exception,
    password, refresh, srp, tokens,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AuthRequest {
    auth_flow: String,
    client_id: String,
    #[serde(default)]
    auth_parameters: Parameters,
}

/// Starts a sign-in. A flow that the client may not use is refused before any query about the user.
pub(super) async fn initiate_auth(call: &Call<'_>) -> Reply {
    let AuthRequest { auth_flow, client_id, auth_parameters } = call.read()?;
    let application = application::open(call.api, &client_id).await?;
    match auth_flow.as_str() {
        "USER_PASSWORD_AUTH" => by_password(call, &application, auth_parameters).await,
        "USER_SRP_AUTH" => by_srp(call, &application, &auth_parameters).await,
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            refresh::by_flow(call, &application, &auth_parameters).await
        }
        _ => Err(Exception::invalid(
            "AuthFlow must be USER_PASSWORD_AUTH, USER_SRP_AUTH or REFRESH_TOKEN_AUTH.",
        )),
    }
}

async fn by_password(
    call: &Call<'_>,
    application: &Application,
    mut parameters: Parameters,
) -> Reply {
    application::check_flow(application, Flow::Password)?;
    required(&parameters, "PASSWORD")?;
    let text = parameters.remove("PASSWORD").unwrap_or_default();
    let username = checked_username(call, application, &parameters).await?;
    let (api, tenant) = (call.api, application.tenant());
    let found = password::check(api, call.request, tenant, username, text).await?;
    let found = found.ok_or_else(Exception::wrong_credentials)?;
    tokens::sign_in(call.api, application, &found).await
}

async fn by_srp(call: &Call<'_>, application: &Application, parameters: &Parameters) -> Reply {
    application::check_flow(application, Flow::Srp)?;
    let username = checked_username(call, application, parameters).await?;
    srp::begin(call, application, username, required(parameters, "SRP_A")?).await
}

/// The user name, after the check of the application's `SECRET_HASH`.
async fn checked_username<'p>(
    call: &Call<'_>,
    application: &Application,
    parameters: &'p Parameters,
) -> Result<&'p str, Exception> {
    let username = required(parameters, "USERNAME")?;
    let hash = parameters.get("SECRET_HASH").map(String::as_str);
    client_secret::check_hash(call, application, username, hash).await?;
    Ok(username)
}
