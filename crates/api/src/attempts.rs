//! Applies the limits on guessing to requests: an attempt is counted before its secret is checked, and given back unless the secret was wrong.

use actix_web::HttpRequest;
use api_types::Code;
use domain::{AccountId, Email, TenantId};
use throttle::{Attempt, DeviceId, Reservation, Rule};

use crate::{Api, client_address::client_address, error::ApiError};

/// Counts an attempt to use a secret of the account or application `name` at a tenant.
///
/// # Errors
/// 429 with `Retry-After`, the same for a name that exists and one that does not.
pub(crate) async fn reserve(
    api: &Api,
    request: &HttpRequest,
    rule: Rule,
    tenant: TenantId,
    name: &str,
) -> Result<Reservation, ApiError> {
    reserve_on(api, request, None, rule, tenant, name).await
}

/// Does the same as [`reserve`], for a device that may have signed in before.
///
/// # Errors
/// As [`reserve`].
pub(crate) async fn reserve_on(
    api: &Api,
    request: &HttpRequest,
    device: Option<DeviceId>,
    rule: Rule,
    tenant: TenantId,
    name: &str,
) -> Result<Reservation, ApiError> {
    let address = client_address(request, &api.settings.proxies);
    let attempt = Attempt { rule, tenant, name, address, device };
    Ok(api.throttle.reserve(&attempt).await?)
}

/// Gives an attempt back unless the secret was wrong. A request that failed for another reason does not count as an attempt.
pub(crate) async fn settle<T, E: WrongSecret>(
    attempt: Reservation,
    outcome: Result<T, E>,
) -> Result<T, E> {
    if !outcome.as_ref().is_err_and(E::is_wrong_secret) {
        attempt.give_back().await;
    }
    outcome
}

/// Gives back an attempt that an earlier request counted.
pub(crate) async fn give_back(
    api: &Api,
    request: &HttpRequest,
    rule: Rule,
    tenant: TenantId,
    name: &str,
) {
    let address = client_address(request, &api.settings.proxies);
    let attempt = Attempt { rule, tenant, name, address, device: None };
    api.throttle.counted(&attempt).give_back().await;
}

/// An error that may mean that a secret was wrong.
pub(crate) trait WrongSecret {
    /// Whether the secret was checked and is wrong.
    fn is_wrong_secret(&self) -> bool;
}

impl WrongSecret for ApiError {
    fn is_wrong_secret(&self) -> bool {
        self.code() == Code::WrongCredentials
    }
}

/// Normalizes a user name, so that all spellings of it share one counter. An account's id and its e-mail address are two names; only colleagues know the id.
pub(crate) fn account_name(typed: &str) -> String {
    match (typed.parse::<AccountId>(), typed.parse::<Email>()) {
        (Ok(account), _) => account.to_string(),
        (Err(_), Ok(email)) => email.into(),
        (Err(_), Err(_)) => typed.trim().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G2: another spelling of a name gives no further attempts.
    #[test]
    fn spellings_of_one_username_share_one_counter() {
        assert_eq!(account_name(" Ama@Acme.Example "), account_name("ama@acme.example"));
        let id = "0b9d8b3e-6a3e-4e0c-8a3f-3a0f5d1c2b4a";
        assert_eq!(account_name(&id.to_uppercase()), id);
        assert_eq!(account_name(" No Address"), "no address");
    }
}
