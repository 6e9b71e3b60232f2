//! What an application that has a secret must show with each request. One that has none shows nothing.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::exception::{Exception, Kind};
use crate::{
    Api,
    error::ApiError,
    idp::{Application, client_secret},
};

/// No hash of ours is longer: 44 characters.
const LONGEST: usize = 64;

/// Checks `SECRET_HASH`: HMAC-SHA-256 of user name and client id under the secret, in base64.
pub(super) fn check_hash(
    api: &Api,
    application: &Application,
    username: &str,
    shown: Option<&str>,
) -> Result<(), Exception> {
    let right = match (&application.client.secret, shown) {
        (None, None) => true,
        (Some(_), Some(shown)) => is_hash(api, application, username, shown)?,
        _ => false,
    };
    if right {
        Ok(())
    } else {
        Err(Exception::not_authorized("Unable to verify secret hash for client."))
    }
}

/// Checks the secret itself, which the newer operations take in place of a hash.
pub(super) fn check(application: &Application, shown: Option<&str>) -> Result<(), Exception> {
    let right = match (&application.client.secret, shown) {
        (None, None) => true,
        (Some(_), Some(shown)) => client_secret::is_secret_of(&application.client, shown),
        _ => false,
    };
    if right {
        Ok(())
    } else {
        Err(Exception::new(Kind::Unauthorized, "Unable to verify the secret of the client."))
    }
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
