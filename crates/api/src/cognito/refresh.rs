//! Refreshing tokens, and revoking a refresh token.

use domain::AccountId;
use idp::{Application, IssuedTokens, Protocol};
use serde::Deserialize;
use serde_json::json;
use store::{Flow, RevokedFor};
use throttle::{Reservation, Rule};
use token::RefreshToken;

use super::{
    Reply, application,
    call::{Call, Parameters, required},
    client_secret,
    exception::{Exception, Kind},
    tokens,
};
use crate::{Api, attempts, error::ApiError, finish::finish};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refresh {
    client_id: String,
    client_secret: Option<String>,
    #[serde(rename = "RefreshToken")]
    token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Revoke {
    client_id: String,
    client_secret: Option<String>,
    token: String,
}

/// `GetTokensFromRefreshToken`: returns new tokens, with a new refresh token if the client's refresh tokens rotate (row T4g).
pub(super) async fn get_tokens_from_refresh_token(call: &Call<'_>) -> Reply {
    let Refresh { client_id, client_secret, token } = call.read()?;
    let application = application::open(call.api, &client_id).await?;
    let check = client_secret::check(call, &application, client_secret.as_deref()).await;
    check.map_err(|error| match error.name() {
        "UnauthorizedException" => {
            Exception::not_authorized("Unable to verify the secret of the client.")
        }
        _ => error,
    })?;
    // Cognito does not allow REFRESH_TOKEN_AUTH together with rotation, so a client that rotates does not need the flow.
    if !application.client.rotates {
        application::check_flow(&application, Flow::Refresh)?;
    }
    let attempt = reserve(call, &application).await?;
    let issued = refresh(call.api, application, token).await;
    let issued = attempts::settle(attempt, issued).await?;
    Ok(json!({ "AuthenticationResult": tokens::result(issued) }))
}

/// `REFRESH_TOKEN_AUTH`. It cannot return a new refresh token, so it is refused for clients whose refresh tokens rotate.
pub(super) async fn by_flow(
    call: &Call<'_>,
    application: &Application,
    parameters: &Parameters,
) -> Reply {
    application::check_flow(application, Flow::Refresh)?;
    if application.client.rotates {
        return Err(Exception::invalid(
            "The refresh tokens of this client rotate: use GetTokensFromRefreshToken.",
        ));
    }
    let attempt = reserve(call, application).await?;
    attempts::settle(attempt, by_token(call, application, parameters).await).await
}

async fn by_token(call: &Call<'_>, application: &Application, parameters: &Parameters) -> Reply {
    let text = required(parameters, "REFRESH_TOKEN")?;
    let hash = parameters.get("SECRET_HASH").map(String::as_str);
    let username = match &application.client.secret {
        None => String::new(),
        // The request has no user name, but the hash covers it: take it from the owner of the refresh token.
        Some(_) => owner(call.api, application, text).await?.ok_or_else(invalid)?.to_string(),
    };
    client_secret::check_hash(call, application, &username, hash).await?;
    Ok(tokens::signed_in(refresh(call.api, application.clone(), text.to_owned()).await?))
}

/// `RevokeToken`: revokes the token family with its access tokens (row T5). An unknown refresh token is answered like a revoked one.
pub(super) async fn revoke_token(call: &Call<'_>) -> Reply {
    let Revoke { client_id, client_secret, token } = call.read()?;
    let application = application::open(call.api, &client_id).await?;
    client_secret::check(call, &application, client_secret.as_deref()).await?;
    let Ok(refresh) = token.parse::<RefreshToken>() else {
        return if token.contains('.') {
            let message = "Only a refresh token can be revoked.";
            Err(Exception::new(Kind::UnsupportedTokenType, message))
        } else {
            Ok(json!({}))
        };
    };
    let (tenant, client) = (application.tenant(), application.client.id.clone());
    let digest = *refresh.digest().as_bytes();
    if let Some(family) = call.api.store.family_of(tenant, digest, client).await? {
        let api = call.api.clone();
        finish(async move {
            Ok(api.idp.revocations.end_family(tenant, family, RevokedFor::Asked).await?)
        })
        .await?;
    }
    Ok(json!({}))
}

/// Counts an attempt at a refresh token.
async fn reserve(call: &Call<'_>, application: &Application) -> Result<Reservation, ApiError> {
    let (tenant, client) = (application.tenant(), application.client.id.as_str());
    attempts::reserve(call.api, call.request, Rule::RefreshToken, tenant, client).await
}

/// Refreshes the tokens. If the token was already replaced, its family is revoked, even if the client disconnects meanwhile.
async fn refresh(
    api: &Api,
    application: Application,
    text: String,
) -> Result<IssuedTokens, Exception> {
    let api = api.clone();
    let issued =
        finish(async move { Ok(api.idp.refresh(&application, &text, Protocol::Cognito).await?) })
            .await?;
    issued.ok_or_else(invalid)
}

async fn owner(
    api: &Api,
    application: &Application,
    text: &str,
) -> Result<Option<AccountId>, ApiError> {
    let Ok(token) = text.parse::<RefreshToken>() else { return Ok(None) };
    let (tenant, client) = (application.tenant(), application.client.id.clone());
    Ok(api.store.owner_of(tenant, *token.digest().as_bytes(), client).await?)
}

/// The one error for a refresh token that is unknown, expired, revoked, already replaced or another client's, so that it does not reveal which.
fn invalid() -> Exception {
    Exception::not_authorized("Invalid Refresh Token.")
}
