//! `PATCH /api/v1/employees/{id}`: changes an employee.

use actix_web::{HttpResponse, web};
use api_types::{EmployeeChange, EmployeeView};
use cache::Entity;
use domain::{EmployeeId, SessionPolicy};

use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{Body, IfMatch, PathId, Writer, require_fresh_password},
    resources::employees::employee_fields,
    respond,
    write::write,
};

/// Changes an employee who has not left: only the fields in the body change. A user who changes the e-mail address, or the salary under the strict session policy, must have
/// entered the password in the last ten minutes.
#[utoipa::path(
    patch, path = "/api/v1/employees/{id}", operation_id = "edit_employee", tag = "employees", request_body = EmployeeChange,
    params(
        ("id" = EmployeeId, Path, description = "The employee's id"),
        ("If-Match" = String, Header, description = "The `version` that the client read, in quotes: `\"7\"`"),
    ),
    responses(
        (status = 200, description = "Changed, with the next `version`", body = EmployeeView),
        (status = 400, description = "`invalid_field`: `errors` lists every invalid field", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: the role may not write; `insufficient_scope`: the token needs `hr/employees.read` and `hr/employees.write`; `step_up_required`: the user entered the password more than ten minutes ago, and changes the e-mail address, or the salary under the strict session policy", body = api_types::Problem),
        (status = 404, description = "The viewer can see no employee with this id", body = api_types::Problem),
        (status = 409, description = "`taken`, `manager_cycle` or `employment_ended`", body = api_types::Problem),
        (status = 412, description = "`stale_version`: the employee has changed; `version` is their current version, and nothing was written", body = api_types::Problem),
        (status = 428, description = "`If-Match` is missing", body = api_types::Problem),
        (status = 503, description = "Nothing was written, or the outcome is unknown; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn edit(
    writer: Writer,
    IfMatch(version): IfMatch,
    PathId(id): PathId<EmployeeId>,
    change: Body<EmployeeChange>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let edit = employee_fields::edit(&change)?;
    let changes_salary = change.salary.is_some() && writer.session_policy == SessionPolicy::Strict;
    if change.email.is_some() || changes_salary {
        require_fresh_password(&writer)?;
    }
    let (store, context) = (api.store.clone(), writer.context.clone());
    let edited = write(&api, &writer, &[Entity::Employee], move || async move {
        store.edit_employee(&context, id, version, &edit).await
    })
    .await?;
    let edited = or_not_found(edited)?;
    Ok(respond::written(&mut HttpResponse::Ok(), &edited))
}
