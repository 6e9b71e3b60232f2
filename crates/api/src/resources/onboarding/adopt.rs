//! Adopts the draft of the device at a sign-in. A failure is logged and does not prevent the sign-in.

use actix_web::{HttpRequest, http::header::HeaderName};
use domain::{AccountId, TenantId};
use store::{Adoption, SealedOnboarding};

use super::sealed::moved;
use crate::{Api, cookies};

/// Moves the draft in the request's cookie to the account that has just signed in. The user then keeps or discards it. Returns the header that deletes the
/// cookie; `None` if the request has no such cookie, or if the draft stays on the device.
pub(in crate::resources) async fn adopt(
    api: &Api,
    request: &HttpRequest,
    tenant: TenantId,
    account: AccountId,
) -> Option<(HeaderName, String)> {
    if !cookies::has_draft(request.headers()) {
        return None;
    }
    let Some(token) = cookies::draft_token(request.headers()) else {
        return Some(cookies::delete_draft());
    };
    let digest = token.digest(tenant);
    let places = [SealedOnboarding::Draft(digest), SealedOnboarding::Adopted(account)];
    let seals = api.seals.clone();
    let reseal = move |sealed: &[u8]| {
        let sealed = moved(&seals, tenant, places, sealed);
        sealed.inspect_err(|error| log(tenant, error)).ok()
    };
    match api.store.adopt_draft(tenant, digest, account, reseal).await {
        Ok(Adoption::Adopted) => {
            tracing::info!(%tenant, %account, "onboarding.draft.adopted");
            Some(cookies::delete_draft())
        }
        Ok(Adoption::Unknown) => Some(cookies::delete_draft()),
        Ok(Adoption::Undecided | Adoption::Unreadable) => None,
        Err(error) => {
            log(tenant, &error);
            None
        }
    }
}

fn log(tenant: TenantId, error: &(dyn std::error::Error + 'static)) {
    tracing::error!(%tenant, error, "onboarding.draft.not_adopted");
}
