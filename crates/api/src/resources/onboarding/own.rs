//! `GET` and `PUT /api/v1/onboarding`, `DELETE /api/v1/onboarding/draft`: the form of the signed-in user.

use actix_web::{HttpResponse, web};
use api_types::{Code, Onboarding, OnboardingForm};
use domain::AccountId;
use store::{SealedOnboarding, StoredOnboarding};

use super::{
    VersionRead,
    form::parse,
    sealed::{open, seal},
};
use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{Body, IfMatch, Tenant},
};

/// Shows the onboarding form of the signed-in user, and the draft that was on the device at the sign-in.
#[utoipa::path(
    get, path = "/api/v1/onboarding", operation_id = "get_onboarding", tag = "onboarding", security(("session" = [])),
    responses(
        (status = 200, description = "The form. It is empty and has no version if nothing was saved or adopted", body = Onboarding),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`: no token gives access to the form", body = api_types::Problem),
    )
)]
pub(crate) async fn get(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    let account = tenant.session()?.account();
    let shown = match api.store.onboarding(&tenant.context).await? {
        Some(stored) => shown(&api, &tenant, account, stored)?,
        None => Onboarding::default(),
    };
    Ok(HttpResponse::Ok().json(shown))
}

/// Saves the onboarding form of the signed-in user, and deletes the adopted draft: the form that is sent contains what the user keeps of it.
#[utoipa::path(
    put, path = "/api/v1/onboarding", operation_id = "put_onboarding", tag = "onboarding", security(("session" = [])), request_body = OnboardingForm,
    params(("If-Match" = Option<String>, Header, description = "The `version` that was read, in quotes; left out if there was none")),
    responses(
        (status = 200, description = "Saved", body = Onboarding),
        (status = 400, description = "`invalid_field`: `errors` lists the fields", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`; `cross_site_request`", body = api_types::Problem),
        (status = 404, description = "`not_found`: nothing was saved or adopted, so there is no such version", body = api_types::Problem),
        (status = 412, description = "`stale_version`: another tab saved first, or a draft was adopted", body = api_types::Problem),
        (status = 428, description = "`precondition_required`: there is a form, so name its version", body = api_types::Problem),
    )
)]
pub(crate) async fn put(
    tenant: Tenant,
    VersionRead(expected): VersionRead,
    form: Body<OnboardingForm>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let place = SealedOnboarding::Form(tenant.session()?.account());
    let form = parse(form.into_inner())?;
    let sealed = seal(&api.seals, tenant.context.tenant(), place, &form)?;
    let version = api.store.put_onboarding(&tenant.context, expected, sealed).await?;
    let missing = if expected.is_some() { Code::NotFound } else { Code::PreconditionRequired };
    let version = Some(version.ok_or_else(|| ApiError::new(missing))?);
    Ok(HttpResponse::Ok().json(Onboarding { version, form, ..Onboarding::default() }))
}

/// Discards the draft that was on the device at the sign-in. The form stays as it is.
#[utoipa::path(
    delete, path = "/api/v1/onboarding/draft", operation_id = "discard_adopted_draft", tag = "onboarding", security(("session" = [])),
    params(("If-Match" = String, Header, description = "The `version` that was read, in quotes")),
    responses(
        (status = 204, description = "There is no adopted draft any more"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`session_required`; `cross_site_request`", body = api_types::Problem),
        (status = 404, description = "`not_found`: nothing was saved or adopted", body = api_types::Problem),
        (status = 412, description = "`stale_version`: another tab saved first, or another draft was adopted", body = api_types::Problem),
        (status = 428, description = "`precondition_required`", body = api_types::Problem),
    )
)]
pub(crate) async fn discard(
    tenant: Tenant,
    IfMatch(version): IfMatch,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    tenant.session()?;
    or_not_found(api.store.discard_adopted_draft(&tenant.context, version).await?)?;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(
    api: &Api,
    tenant: &Tenant,
    account: AccountId,
    stored: StoredOnboarding,
) -> Result<Onboarding, ApiError> {
    let opened = |place, sealed: Option<Vec<u8>>| {
        let opened = sealed.map(|sealed| open(&api.seals, tenant.context.tenant(), place, &sealed));
        opened.transpose()
    };
    let form = opened(SealedOnboarding::Form(account), stored.sealed)?.unwrap_or_default();
    let draft = opened(SealedOnboarding::Adopted(account), stored.draft)?;
    Ok(Onboarding { version: Some(stored.version), form, draft, expires_at: None })
}
