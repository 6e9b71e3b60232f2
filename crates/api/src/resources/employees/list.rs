//! `GET /api/v1/employees`: a page of the directory.

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{EmployeeListQuery, EmployeeRow, Page};
use cache::{EmployeeList, Loaded};
use domain::EmployeeQuery;
use store::EmployeePage;

use super::{cursor::Cursors, employee_query};
use crate::{
    Api,
    error::ApiError,
    extract::{Parameters, Reader},
    respond,
};

/// Lists employees: search, filter, sort, page. The reply has only the employees and fields that the viewer may see.
#[utoipa::path(
    get, path = "/api/v1/employees", operation_id = "list_employees", tag = "employees", params(EmployeeListQuery),
    responses(
        (status = 200, description = "A page of employees", body = Page<EmployeeRow>),
        (status = 304, description = "The body that `If-None-Match` names is still current"),
        (status = 400, description = "`invalid_field` or `invalid_cursor`", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "The sort would reveal a field that the viewer may not see", body = api_types::Problem),
    )
)]
pub(crate) async fn list(
    request: HttpRequest,
    tenant: Reader,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let asked = employee_query::read(&Parameters::of_query(&request)?)?;
    let cursors = Cursors::of(&api, &tenant.context);
    let query = employee_query::parse(asked, &cursors)?;
    let load = || {
        let (store, context, query) = (api.store.clone(), tenant.context.clone(), query.clone());
        async move {
            let page = store.list_employees(&context, &query).await?;
            Ok(Some(as_page(&cursors, &query, page)))
        }
    };
    let body = tenant.body(&api, &EmployeeList(&query), load).await?;
    Ok(respond::with_body(&request, &body))
}

fn as_page(
    cursors: &Cursors,
    list: &EmployeeQuery,
    page: EmployeePage,
) -> Loaded<Page<EmployeeRow>> {
    let rows = page.rows.iter().map(|row| row.id.as_uuid()).collect();
    let value = Page {
        items: page.rows,
        next_cursor: page.next.as_ref().map(|next| cursors.encode(list, next)),
        prev_cursor: page.prev.as_ref().map(|prev| cursors.encode(list, prev)),
        before: page.before,
        total: page.total,
    };
    Loaded { value, rows }
}
