//! Checks a password for an application. The user name is the account's id or the email address.

use actix_web::HttpRequest;
use api_types::Code;
use credential::PasswordHash;
use domain::{AccountId, Email, TenantId};
use store::Credential;
use throttle::Rule;

use crate::{Api, attempts, error::ApiError};

/// Finds the account with this user name and password; `None` if the user name or the password is wrong.
///
/// An unknown user name takes as much time as a known one and gets the same answer (ASVS 6.3.8). Outside demonstration mode, demo accounts are never found,
/// because their password is public.
///
/// # Errors
/// 429 if there were too many wrong passwords or if too many passwords wait to be checked; 503 if PostgreSQL does not answer.
pub(crate) async fn check(
    api: &Api,
    request: &HttpRequest,
    tenant: TenantId,
    username: &str,
    password: String,
) -> Result<Option<Credential>, ApiError> {
    let name = attempts::account_name(username);
    let attempt = attempts::reserve(api, request, Rule::Password, tenant, &name).await?;
    let checked = verify(api, tenant, username, password).await;
    match attempts::settle(attempt, checked).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Code::WrongCredentials => Ok(None),
        Err(error) => Err(error),
    }
}

async fn verify(
    api: &Api,
    tenant: TenantId,
    username: &str,
    password: String,
) -> Result<Credential, ApiError> {
    // Refuses a flood here, before it reaches PostgreSQL.
    let place = api.passwords.place(tenant)?;
    let found = find(api, tenant, username).await?;
    let stored = found.as_ref().map(|found| PasswordHash::from_stored(found.password_hash.clone()));
    let right = place.verify(password, stored).await?;
    found.filter(|_| right).ok_or_else(|| ApiError::new(Code::WrongCredentials))
}

/// The account that may sign in under this user name. An id or an email address costs one query, whether it is found or not.
///
/// # Errors
/// 503 if PostgreSQL does not answer.
pub(crate) async fn find(
    api: &Api,
    tenant: TenantId,
    username: &str,
) -> Result<Option<Credential>, ApiError> {
    let found = match (username.parse::<AccountId>(), username.parse::<Email>()) {
        (Ok(account), _) => api.store.find_credential_of(tenant, account).await?,
        (Err(_), Ok(email)) => api.store.find_credential(tenant, &email).await?,
        // Neither an id nor an email address: such a name never exists, so a fast answer reveals nothing.
        (Err(_), Err(_)) => None,
    };
    Ok(found.filter(|found| api.may_use_account(found.demo)))
}
