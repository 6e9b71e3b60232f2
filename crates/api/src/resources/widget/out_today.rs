//! `GET /api/v1/widget/out-today`: the people who are out today, for a widget.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, OutToday};
use cache::{Loaded, OutTodayList};
use store::PeopleOut;

use crate::{
    Api,
    error::ApiError,
    extract::{Proof, Tenant},
    respond,
};

/// Lists the names of the people who are out today, by department. The cookie `__Host-widget` opens this list and nothing else. A widget that was removed
/// is refused from the next request on.
#[utoipa::path(
    get, path = "/api/v1/widget/out-today", operation_id = "list_out_today", tag = "widget", security(("widget" = [])),
    responses(
        (status = 200, description = "The people who are out today", body = OutToday),
        (status = 304, description = "The body that `If-None-Match` names is still current"),
        (status = 400, description = "`company_host_required`", body = api_types::Problem),
        (status = 401, description = "`not_signed_in`: the cookie is missing or has expired, or its widget was removed", body = api_types::Problem),
        (status = 403, description = "`company_closed`; `cross_site_request`: only the frame itself may read", body = api_types::Problem),
        (status = 404, description = "`unknown_company`", body = api_types::Problem),
    )
)]
pub(crate) async fn list(
    request: HttpRequest,
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let Proof::Widget(grant) = &tenant.proof else { return Err(ApiError::no_widget()) };
    let load = || {
        let (store, context) = (api.store.clone(), tenant.context.clone());
        async move { store.out_today(&context).await.map(|found| found.map(as_loaded)) }
    };
    match tenant.body(&api, &OutTodayList(grant.widget()), load).await {
        Ok(body) => Ok(respond::with_body(&request, &body)),
        Err(error) if error.code() == Code::NotFound => Err(ApiError::no_widget()),
        Err(error) => Err(error),
    }
}

fn as_loaded(found: PeopleOut) -> Loaded<OutToday> {
    let rows = found.ids.iter().map(domain::EmployeeId::as_uuid).collect();
    Loaded { value: found.list, rows }
}
