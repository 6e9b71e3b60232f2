//! Lists departments and locations, which the directory can be filtered by, and renames departments.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, Department, DepartmentChange, Departments};
use cache::{DepartmentList, Entity, Loaded};
use domain::DepartmentId;

use crate::{
    Api,
    authorization::{Reader, Writer},
    employee_fields,
    error::ApiError,
    if_match::IfMatch,
    json::Body,
    respond,
    write::write,
};

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/departments").route(web::get().to(list)).route(web::head().to(list)),
        )
        .service(web::resource("/departments/{id}").route(web::patch().to(edit)));
}

/// Lists the departments and locations in which the viewer may see an employee.
#[utoipa::path(
    get, path = "/api/v1/departments", tag = "employees",
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
    let body = tenant.cache(&api).get_or_load(&DepartmentList, load).await?;
    let body = body.ok_or_else(|| ApiError::new(Code::NotFound))?;
    Ok(respond::with_body(&request, &body))
}

fn as_loaded(found: Departments) -> Loaded<Departments> {
    let rows = found.items.iter().map(|department| department.id.as_uuid()).collect();
    Loaded { value: found, rows }
}

/// Renames a department. Its employees are shown and sorted by the new name.
#[utoipa::path(
    patch, path = "/api/v1/departments/{id}", tag = "employees", request_body = DepartmentChange,
    params(
        ("id" = DepartmentId, Path, description = "The department's id"),
        ("If-Match" = String, Header, description = "The `version` that the client read, in quotes: `\"7\"`"),
    ),
    responses(
        (status = 200, description = "Renamed, with the next `version`", body = Department),
        (status = 400, description = "`invalid_field`: the name is invalid", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: the role may not write; `insufficient_scope`: the token needs `hr/employees.read` and `hr/employees.write`", body = api_types::Problem),
        (status = 404, description = "The company has no department with this id", body = api_types::Problem),
        (status = 409, description = "`taken`: another department of the company has this name", body = api_types::Problem),
        (status = 412, description = "`stale_version`: the department has changed; `version` is its current version, and nothing was written", body = api_types::Problem),
        (status = 428, description = "`If-Match` is missing", body = api_types::Problem),
        (status = 503, description = "Nothing was written, or the outcome is unknown; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn edit(
    writer: Writer,
    id: web::Path<String>,
    IfMatch(version): IfMatch,
    change: Body<DepartmentChange>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let name = employee_fields::name(&change.name)?;
    let id: DepartmentId = id.parse().map_err(|_| ApiError::new(Code::NotFound))?;
    let (store, context) = (api.store.clone(), writer.context.clone());
    let entities = [Entity::Department, Entity::Employee];
    let renamed = write(&api, &writer, &entities, move || async move {
        store.edit_department(&context, id, version, &name).await
    })
    .await?;
    let renamed = renamed.ok_or_else(|| ApiError::new(Code::NotFound))?;
    Ok(respond::written(&mut HttpResponse::Ok(), &renamed))
}
