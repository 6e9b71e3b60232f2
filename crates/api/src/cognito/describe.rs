//! `DescribeUserPool` and `DescribeUserPoolClient`: the settings, with Cognito's names. They contain no secret.

use credential::MIN_CHARACTERS;
use domain::{ClientId, RedirectUri};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Flow, NewAppClient};

use super::{
    Reply,
    admin::Admin,
    call::Call,
    exception::{Exception, Kind},
    user::seconds,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ClientParameter {
    client_id: String,
}

/// The reply of `DescribeUserPool`.
pub(super) fn user_pool(admin: &Admin) -> Value {
    let pool = admin.pool.row();
    json!({
        "UserPool": {
            "Id": pool.id.as_str(),
            "Name": pool.id.name(),
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": MIN_CHARACTERS,
                    "RequireUppercase": false,
                    "RequireLowercase": false,
                    "RequireNumbers": false,
                    "RequireSymbols": false,
                },
            },
            "CreationDate": seconds(pool.created_at),
            "LambdaConfig": {},
            "UsernameAttributes": ["email"],
            "MfaConfiguration": "OFF",
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }],
            },
        },
    })
}

/// The reply of `DescribeUserPoolClient`. It has no client secret: the secret is shown only when it is made.
pub(super) async fn user_pool_client(call: &Call<'_>, admin: &Admin) -> Reply {
    let ClientParameter { client_id } = call.read()?;
    let unknown = || Exception::new(Kind::ResourceNotFound, "The user pool client does not exist.");
    let id: ClientId = client_id.parse().map_err(|_| unknown())?;
    let known = call.api.idp.pools.application_of(admin.pool.id(), &id).await?;
    Ok(json!({ "UserPoolClient": client(admin, &known.ok_or_else(unknown)?.client) }))
}

fn client(admin: &Admin, client: &NewAppClient) -> Value {
    let for_users = client.flows.contains(&Flow::Code);
    let for_machines = client.flows.contains(&Flow::ClientCredentials);
    let oauth = [(for_users, "code"), (for_machines, "client_credentials")];
    let oauth: Vec<&str> =
        oauth.into_iter().filter(|(has, _)| *has).map(|(_, word)| word).collect();
    let explicit: Vec<String> = [Flow::Password, Flow::Srp, Flow::Refresh]
        .into_iter()
        .filter(|flow| client.flows.contains(flow))
        .map(|flow| format!("ALLOW_{}", flow.as_str()))
        .collect();
    let scopes: Vec<&str> = client.scopes.iter().map(|scope| scope.as_str()).collect();
    json!({
        "UserPoolId": admin.pool.id().as_str(),
        "ClientName": client.name,
        "ClientId": client.id.as_str(),
        "RefreshTokenValidity": client.refresh_minutes,
        "AccessTokenValidity": client.access_minutes,
        "IdTokenValidity": client.id_minutes,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes" },
        "ExplicitAuthFlows": explicit,
        "CallbackURLs": texts(&client.redirect_uris),
        "LogoutURLs": texts(&client.logout_uris),
        "AllowedOAuthFlows": oauth,
        "AllowedOAuthScopes": scopes,
        "AllowedOAuthFlowsUserPoolClient": for_users || for_machines,
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": true,
        "RefreshTokenRotation": {
            "Feature": if client.rotates { "ENABLED" } else { "DISABLED" },
            "RetryGracePeriodSeconds": client.grace_seconds,
        },
    })
}

fn texts(uris: &[RedirectUri]) -> Vec<&str> {
    uris.iter().map(RedirectUri::as_str).collect()
}
