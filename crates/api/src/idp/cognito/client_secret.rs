//! Checks the `SECRET_HASH` or the secret that an application with a secret must send with each request. A public application sends neither.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use throttle::Rule;

use super::{
    call::Call,
    exception::{Exception, Kind},
};
use crate::{
    Api, attempts,
    error::ApiError,
    idp::{Application, client_secret},
};

/// The longest `SECRET_HASH` that is decoded. A valid one has 44 characters.
const LONGEST: usize = 64;

/// Checks `SECRET_HASH`: HMAC-SHA-256 of user name and client id under the secret, in base64. A wrong one counts as an attempt at the secret.
pub(super) async fn check_hash(
    call: &Call<'_>,
    application: &Application,
    username: &str,
    shown: Option<&str>,
) -> Result<(), Exception> {
    checked(call, application, shown, |shown| {
        if is_hash(call.api, application, username, shown)? {
            return Ok(());
        }
        Err(Exception::not_authorized("Unable to verify secret hash for client."))
    })
    .await
}

/// Checks the secret itself, which the newer operations take instead of a hash. A wrong one counts as an attempt.
pub(super) async fn check(
    call: &Call<'_>,
    application: &Application,
    shown: Option<&str>,
) -> Result<(), Exception> {
    checked(call, application, shown, |shown| {
        if client_secret::is_secret_of(&application.client, shown) {
            return Ok(());
        }
        Err(Exception::new(Kind::Unauthorized, "Unable to verify the secret of the client."))
    })
    .await
}

/// Runs the check and counts the attempt. A public application that sends no secret makes no attempt.
async fn checked(
    call: &Call<'_>,
    application: &Application,
    shown: Option<&str>,
    check: impl FnOnce(&str) -> Result<(), Exception>,
) -> Result<(), Exception> {
    let client = &application.client;
    if client.secret.is_none() && shown.is_none() {
        return Ok(());
    }
    let (rule, tenant) = (Rule::ClientSecret, application.tenant());
    let attempt =
        attempts::reserve(call.api, call.request, rule, tenant, client.id.as_str()).await?;
    // The check of a public application fails for every text, also for an empty one.
    attempts::settle(attempt, check(shown.unwrap_or_default())).await
}

fn is_hash(
    api: &Api,
    application: &Application,
    username: &str,
    shown: &str,
) -> Result<bool, ApiError> {
    let secret = client_secret::open(api.pools.seals(), application.tenant(), &application.client);
    let (Some(secret), true) = (secret, shown.len() <= LONGEST) else { return Ok(false) };
    let Ok(shown) = STANDARD.decode(shown) else { return Ok(false) };
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(ApiError::broken)?;
    let mac = mac.chain_update(username).chain_update(application.client.id.as_str());
    Ok(mac.verify_slice(&shown).is_ok())
}
