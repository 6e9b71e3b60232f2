//! `POST /api/v1/employees`: adds an employee.

use actix_web::{HttpResponse, http::header, web};
use api_types::{EmployeeView, NewEmployee, paths};
use cache::Entity;
use chrono::Utc;
use domain::EmployeeId;
use uuid::Uuid;

use crate::{
    Api,
    error::ApiError,
    extract::{Body, Writer},
    resources::employees::employee_fields,
    respond,
    write::write,
};

/// Adds an employee. A retry after a lost reply adds no second one: its e-mail address is already taken.
#[utoipa::path(
    post, path = "/api/v1/employees", operation_id = "create_employee", tag = "employees", request_body = NewEmployee,
    responses(
        (status = 201, description = "Added; `Location` is the employee's path, `version` the value for `If-Match`", body = EmployeeView),
        (status = 400, description = "`invalid_field`: `errors` lists every invalid field", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: the role may not write; `insufficient_scope`: the token needs `hr/employees.read` and `hr/employees.write`", body = api_types::Problem),
        (status = 409, description = "`taken`: another employee of the company has this number or e-mail address", body = api_types::Problem),
        (status = 503, description = "Nothing was written, or the outcome is unknown; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn create(
    writer: Writer,
    new: Body<NewEmployee>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let draft = employee_fields::draft(&new, Utc::now().date_naive())?;
    let id = EmployeeId::from_uuid(Uuid::new_v4());
    let (store, context) = (api.store.clone(), writer.context.clone());
    let created = write(&api, &writer, &[Entity::Employee], move || async move {
        store.create_employee(&context, id, &draft).await
    })
    .await?;
    let location = paths::employee(created.row.id);
    Ok(respond::written(
        HttpResponse::Created().insert_header((header::LOCATION, location)),
        &created,
    ))
}
