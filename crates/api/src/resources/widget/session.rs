//! `POST /api/v1/widget/session`: exchanges the key of a widget for its cookie.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, NewWidgetSession};
use chrono::Utc;
use domain::{TenantId, WidgetId};
use tenancy::{WidgetGrant, WidgetKey};
use throttle::Rule;

use crate::{
    Api, attempts, cookies,
    error::ApiError,
    extract::{Body, company},
};

/// Checks the key of a widget of the company that the host names. The reply is the same for a wrong key, and for a widget that was removed, never existed or
/// belongs to another company.
#[utoipa::path(
    post, path = "/api/v1/widget/session", operation_id = "open_widget", tag = "widget", security(()), request_body = NewWidgetSession,
    responses(
        (status = 204, description = "The reply sets `__Host-widget` for 8 hours"),
        (status = 400, description = "The body is malformed; `company_host_required`", body = api_types::Problem),
        (status = 401, description = "`wrong_widget_key`: the key is wrong, or the company has no such widget", body = api_types::Problem),
        (status = 403, description = "`cross_site_request` or `company_closed`", body = api_types::Problem),
        (status = 404, description = "`unknown_company`", body = api_types::Problem),
        (status = 429, description = "Too many wrong keys; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn open(
    request: HttpRequest,
    shown: Body<NewWidgetSession>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (company, _) = company::open_company(&request, &api).await?;
    // One counter for each client address, whatever the widget.
    let attempt = attempts::reserve(&api, &request, Rule::WidgetKey, company.id, "").await?;
    let checked = check(&api, company.id, &shown).await;
    let grant = attempts::settle(attempt, checked).await?;
    let cookie = cookies::widget(&grant.to_cookie_value(&api.seals));
    Ok(HttpResponse::NoContent().append_header(cookie).finish())
}

async fn check(
    api: &Api,
    tenant: TenantId,
    shown: &NewWidgetSession,
) -> Result<WidgetGrant, ApiError> {
    let wrong = || ApiError::new(Code::WrongWidgetKey);
    let widget: WidgetId = shown.widget.parse().map_err(|_| wrong())?;
    let key: WidgetKey = shown.key.parse().map_err(|_| wrong())?;
    let stored = api.store.widget(tenant, widget).await?.ok_or_else(wrong)?;
    WidgetGrant::for_key(tenant, widget, &stored.key_digest, &key, Utc::now()).ok_or_else(wrong)
}
