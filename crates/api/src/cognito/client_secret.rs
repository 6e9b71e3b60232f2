//! Checks the `SECRET_HASH` or the secret that an application with a secret must send with each request. A public application sends neither.

use idp::Application;
use throttle::Rule;

use super::{
    call::Call,
    exception::{Exception, Kind},
};
use crate::{attempts, error::ApiError};

/// Checks `SECRET_HASH`: HMAC-SHA-256 of user name and client id under the secret, in base64. A wrong one counts as an attempt at the secret.
pub(super) async fn check_hash(
    call: &Call<'_>,
    application: &Application,
    username: &str,
    sent: Option<&str>,
) -> Result<(), Exception> {
    count(call, application, sent, |sent| {
        let is_hash = application.has_secret_hash(&call.api.seals, username, sent);
        if is_hash.map_err(ApiError::broken)? {
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
    sent: Option<&str>,
) -> Result<(), Exception> {
    count(call, application, sent, |sent| {
        if application.has_secret(sent) {
            return Ok(());
        }
        Err(Exception::new(Kind::Unauthorized, "Unable to verify the secret of the client."))
    })
    .await
}

/// Runs the check and counts the attempt. A public application that sends no secret makes no attempt.
async fn count(
    call: &Call<'_>,
    application: &Application,
    sent: Option<&str>,
    check: impl FnOnce(&str) -> Result<(), Exception>,
) -> Result<(), Exception> {
    let client = &application.client;
    if client.secret.is_none() && sent.is_none() {
        return Ok(());
    }
    let (rule, tenant) = (Rule::ClientSecret, application.tenant());
    let attempt =
        attempts::reserve(call.api, call.request, rule, tenant, client.id.as_str()).await?;
    // The check of a public application fails for every text, also for an empty one.
    attempts::settle(attempt, check(sent.unwrap_or_default())).await
}
