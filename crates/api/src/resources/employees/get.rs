//! `GET /api/v1/employees/{id}`: one employee.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::EmployeeView;
use cache::{EmployeeDetail, Loaded};
use domain::EmployeeId;

use crate::{
    Api,
    error::ApiError,
    extract::{PathId, Reader},
    respond,
};

/// Shows one employee. An employee of another company, or one that the viewer may not see, is not found.
#[utoipa::path(
    get, path = "/api/v1/employees/{id}", operation_id = "get_employee", tag = "employees",
    params(("id" = EmployeeId, Path, description = "The employee's id")),
    responses(
        (status = 200, description = "The employee", body = EmployeeView),
        (status = 304, description = "The body that `If-None-Match` names is still current"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 404, description = "The viewer can see no employee with this id", body = api_types::Problem),
    )
)]
pub(crate) async fn get(
    request: HttpRequest,
    tenant: Reader,
    PathId(id): PathId<EmployeeId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let load = || {
        let (store, context) = (api.store.clone(), tenant.context.clone());
        async move { store.find_employee(&context, id).await.map(|found| found.map(as_loaded)) }
    };
    let body = tenant.body(&api, &EmployeeDetail(id), load).await?;
    Ok(respond::with_body(&request, &body))
}

fn as_loaded(found: EmployeeView) -> Loaded<EmployeeView> {
    let others = found.manager.iter().chain(&found.reports).map(|other| other.id.as_uuid());
    let rows = std::iter::once(found.row.id.as_uuid()).chain(others).collect();
    Loaded { value: found, rows }
}
