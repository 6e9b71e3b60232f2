//! `PATCH /api/v1/departments/{id}`: renames a department.

use actix_web::{HttpResponse, web};
use api_types::{Department, DepartmentChange};
use cache::Entity;
use domain::DepartmentId;

use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{Body, IfMatch, PathId, Writer},
    resources::employees::employee_fields,
    respond,
    write::write,
};

/// Renames a department. Its employees are shown and sorted by the new name.
#[utoipa::path(
    patch, path = "/api/v1/departments/{id}", operation_id = "edit_department", tag = "employees", request_body = DepartmentChange,
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
    IfMatch(version): IfMatch,
    PathId(id): PathId<DepartmentId>,
    change: Body<DepartmentChange>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let name = employee_fields::name(&change.name)?;
    let (store, context) = (api.store.clone(), writer.context.clone());
    let entities = [Entity::Department, Entity::Employee];
    let renamed = write(&api, &writer, &entities, move || async move {
        store.edit_department(&context, id, version, &name).await
    })
    .await?;
    let renamed = or_not_found(renamed)?;
    Ok(respond::written(&mut HttpResponse::Ok(), &renamed))
}
