//! Checks the password of an account for Cognito's operations, and counts the attempt.

use actix_web::HttpRequest;
use api_types::Code;
use domain::TenantId;
use idp::AccountName;
use store::Credential;
use throttle::Rule;

use crate::{Api, attempts, error::ApiError};

/// Finds the account with this user name and password; `None` if the user name or the password is wrong. The user name is the account's id or email address.
///
/// # Errors
/// 429 if there were too many wrong passwords or if too many passwords wait to be checked; 503 if PostgreSQL does not answer.
pub(super) async fn check(
    api: &Api,
    request: &HttpRequest,
    tenant: TenantId,
    username: &str,
    password: String,
) -> Result<Option<Credential>, ApiError> {
    let throttled = AccountName::normalized(username);
    let attempt = attempts::reserve(api, request, Rule::Password, tenant, &throttled).await?;
    let name = AccountName::parse(username);
    let found = api.idp.check_password(tenant, name.as_ref(), password).await;
    // `settle` counts errors only, so a wrong password is one until it has been counted.
    let counted = found
        .map_err(ApiError::from)
        .and_then(|found| found.ok_or_else(|| ApiError::new(Code::WrongCredentials)));
    match attempts::settle(attempt, counted).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Code::WrongCredentials => Ok(None),
        Err(error) => Err(error),
    }
}
