//! `GET`, `PUT` and `DELETE /api/v1/draft`: the onboarding form that a device begins before its user signs in.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, Onboarding, OnboardingForm};
use domain::{TenantId, Version};
use store::{DraftEdit, SavedDraft, SealedOnboarding, WriteRefusal};
use throttle::Rule;

use super::{
    VersionRead,
    form::parse,
    sealed::{open, seal},
};
use crate::{
    Api, attempts, cookies,
    draft_token::DraftToken,
    error::ApiError,
    extract::{Body, company},
};

/// The `Retry-After` of a company that has as many drafts as it may have. Drafts end one by one.
const FULL_SECONDS: u64 = 600;
const FULL: &str =
    "Too many people have begun this form at this company. Try again later, or after you sign in.";
const GONE: &str = "This device has no such draft: it has expired, or it was attached to an account. Send it without `If-Match` to begin a new one.";

/// Shows the draft in the cookie `__Host-draft`. Without a draft, the form is empty and has no version.
#[utoipa::path(
    get, path = "/api/v1/draft", operation_id = "get_draft", tag = "onboarding", security(()),
    responses(
        (status = 200, description = "The draft of this device", body = Onboarding),
        (status = 400, description = "`company_host_required`", body = api_types::Problem),
        (status = 403, description = "`company_closed`", body = api_types::Problem),
        (status = 404, description = "`unknown_company`", body = api_types::Problem),
    )
)]
pub(crate) async fn get(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (company, _) = company::open_company(&request, &api).await?;
    let Some(token) = cookies::draft_token(request.headers()) else {
        return Ok(HttpResponse::Ok().json(Onboarding::default()));
    };
    let digest = token.digest(company.id);
    let Some(draft) = api.store.draft(company.id, digest).await? else {
        return Ok(HttpResponse::Ok().json(Onboarding::default()));
    };
    let form = open(&api.seals, company.id, SealedOnboarding::Draft(digest), &draft.sealed)?;
    Ok(HttpResponse::Ok().json(shown(form, draft.saved)))
}

/// Saves the draft of this device. The first save begins it for 24 hours and sets the cookie; each later one names the version that it changes.
#[utoipa::path(
    put, path = "/api/v1/draft", operation_id = "put_draft", tag = "onboarding", security(()), request_body = OnboardingForm,
    params(("If-Match" = Option<String>, Header, description = "The `version` of the draft, in quotes; left out to begin one")),
    responses(
        (status = 200, description = "Saved", body = Onboarding),
        (status = 201, description = "Begun; the reply sets `__Host-draft`", body = Onboarding),
        (status = 400, description = "`invalid_field`: `errors` lists the fields; `company_host_required`", body = api_types::Problem),
        (status = 403, description = "`cross_site_request` or `company_closed`", body = api_types::Problem),
        (status = 404, description = "`not_found`: the draft has expired or was adopted; `unknown_company`", body = api_types::Problem),
        (status = 412, description = "`stale_version`: another tab saved first", body = api_types::Problem),
        (status = 428, description = "`precondition_required`: this device has a draft, so name its version", body = api_types::Problem),
        (status = 429, description = "Too many drafts from this address or at this company, see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn put(
    request: HttpRequest,
    version: VersionRead,
    form: Body<OnboardingForm>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (company, _) = company::open_company(&request, &api).await?;
    let form = parse(form.into_inner())?;
    let token = cookies::draft_token(request.headers());
    let digest = token.map(|token| token.digest(company.id));
    match (version, digest) {
        (VersionRead(Some(version)), Some(digest)) => {
            edit(&api, company.id, digest, version, form).await
        }
        (VersionRead(Some(_)), None) => Err(ApiError::with_detail(Code::NotFound, GONE)),
        (VersionRead(None), digest) => {
            if let Some(digest) = digest
                && api.store.draft(company.id, digest).await?.is_some()
            {
                return Err(ApiError::new(Code::PreconditionRequired));
            }
            create(&request, &api, company.id, form).await
        }
    }
}

/// Deletes the draft of this device, and its cookie.
#[utoipa::path(
    delete, path = "/api/v1/draft", operation_id = "delete_draft", tag = "onboarding", security(()),
    responses(
        (status = 204, description = "This device has no draft; the reply deletes `__Host-draft`"),
        (status = 400, description = "`company_host_required`", body = api_types::Problem),
        (status = 403, description = "`cross_site_request` or `company_closed`", body = api_types::Problem),
        (status = 404, description = "`unknown_company`", body = api_types::Problem),
    )
)]
pub(crate) async fn delete(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (company, _) = company::open_company(&request, &api).await?;
    if let Some(token) = cookies::draft_token(request.headers()) {
        api.store.delete_draft(company.id, token.digest(company.id)).await?;
    }
    Ok(HttpResponse::NoContent().append_header(cookies::delete_draft()).finish())
}

/// Begins a draft under a new token. Each beginning counts as an attempt from the client's address.
async fn create(
    request: &HttpRequest,
    api: &Api,
    tenant: TenantId,
    form: OnboardingForm,
) -> Result<HttpResponse, ApiError> {
    let attempt = attempts::reserve(api, request, Rule::Draft, tenant, "").await?;
    // Not given back: it counts, whatever follows.
    drop(attempt);
    let token = DraftToken::random().map_err(ApiError::broken)?;
    let digest = token.digest(tenant);
    let sealed = seal(&api.seals, tenant, SealedOnboarding::Draft(digest), &form)?;
    let Some(saved) = api.store.create_draft(tenant, digest, sealed).await? else {
        tracing::warn!(%tenant, "onboarding.draft.too_many");
        return Err(ApiError::retry_after_seconds(FULL, FULL_SECONDS));
    };
    Ok(HttpResponse::Created().append_header(cookies::draft(&token)).json(shown(form, saved)))
}

async fn edit(
    api: &Api,
    tenant: TenantId,
    digest: [u8; 32],
    version: Version,
    form: OnboardingForm,
) -> Result<HttpResponse, ApiError> {
    let sealed = seal(&api.seals, tenant, SealedOnboarding::Draft(digest), &form)?;
    match api.store.edit_draft(tenant, digest, version, sealed).await? {
        DraftEdit::Saved(saved) => Ok(HttpResponse::Ok().json(shown(form, saved))),
        DraftEdit::Stale(version) => Err(WriteRefusal::Stale { version }.into()),
        DraftEdit::Unknown => Err(ApiError::with_detail(Code::NotFound, GONE)),
    }
}

fn shown(form: OnboardingForm, saved: SavedDraft) -> Onboarding {
    let SavedDraft { version, expires_at } = saved;
    Onboarding { version: Some(version), form, draft: None, expires_at: Some(expires_at) }
}
