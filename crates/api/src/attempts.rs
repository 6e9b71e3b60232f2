//! Applies the limits on guessing to requests: an attempt is counted before its secret is checked, and given back unless the secret was wrong.

use actix_web::HttpRequest;
use api_types::Code;
use domain::TenantId;
use throttle::{Attempt, DeviceId, Reservation, Rule};

use crate::{Api, error::ApiError};

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
    let address = api.settings.proxies.client_of(request);
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
    let address = api.settings.proxies.client_of(request);
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
        matches!(self.code(), Code::WrongCredentials | Code::WrongWidgetKey)
    }
}
