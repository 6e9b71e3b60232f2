//! `GET /api/v1/departments`: the departments and locations, which the directory can be filtered by.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::Departments;
use cache::{DepartmentList, Loaded};

use crate::{Api, error::ApiError, extract::Reader, respond};

/// Lists the departments and locations in which the viewer may see an employee.
#[utoipa::path(
    get, path = "/api/v1/departments", operation_id = "list_departments", tag = "employees",
    responses(
        (status = 200, description = "Departments and locations", body = Departments),
        (status = 304, description = "The body that `If-None-Match` names is still current"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
    )
)]
pub(crate) async fn list(
    request: HttpRequest,
    tenant: Reader,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let load = || {
        let (store, context) = (api.store.clone(), tenant.context.clone());
        async move { store.list_departments(&context).await.map(|found| Some(as_loaded(found))) }
    };
    let body = tenant.body(&api, &DepartmentList, load).await?;
    Ok(respond::with_body(&request, &body))
}

fn as_loaded(found: Departments) -> Loaded<Departments> {
    let rows = found.items.iter().map(|department| department.id.as_uuid()).collect();
    Loaded { value: found, rows }
}
