//! Lists and shows employees. The files in `employees/` create, edit and terminate them.

pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod terminate;

use actix_web::{HttpRequest, HttpResponse, web};
use api_types::{Code, EmployeeListQuery, EmployeeRow, EmployeeView, Page};
use cache::{EmployeeDetail, EmployeeList, Loaded};
use domain::{EmployeeId, EmployeeQuery};
use store::EmployeePage;

use crate::{
    Api, authorization::Reader, cursor::Cursors, employee_query, error::ApiError,
    parameters::Parameters, respond,
};

/// The routes, inside the bound scope.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/employees")
                .route(web::get().to(list))
                .route(web::head().to(list))
                .route(web::post().to(create::create)),
        )
        .service(
            web::resource("/employees/{id}")
                .route(web::get().to(find))
                .route(web::head().to(find))
                .route(web::patch().to(edit::edit)),
        )
        .service(
            web::resource("/employees/{id}/terminate").route(web::post().to(terminate::terminate)),
        );
}

/// Lists employees: search, filter, sort, page. The reply has only the employees and fields that the viewer may see.
#[utoipa::path(
    get, path = "/api/v1/employees", tag = "employees", params(EmployeeListQuery),
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
            Ok::<_, store::Error>(Some(as_page(&cursors, &query, page)))
        }
    };
    let body = tenant.cache(&api).get_or_load(&EmployeeList(&query), load).await?;
    let body = body.ok_or_else(|| ApiError::new(Code::NotFound))?;
    Ok(respond::with_body(&request, &body))
}

/// Shows one employee. An employee of another company, or one that the viewer may not see, is not found.
#[utoipa::path(
    get, path = "/api/v1/employees/{id}", tag = "employees",
    params(("id" = EmployeeId, Path, description = "The employee's id")),
    responses(
        (status = 200, description = "The employee", body = EmployeeView),
        (status = 304, description = "The body that `If-None-Match` names is still current"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 404, description = "The viewer can see no employee with this id", body = api_types::Problem),
    )
)]
pub(crate) async fn find(
    request: HttpRequest,
    tenant: Reader,
    id: web::Path<String>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let id: EmployeeId = id.parse().map_err(|_| ApiError::new(Code::NotFound))?;
    let load = || {
        let (store, context) = (api.store.clone(), tenant.context.clone());
        async move { store.find_employee(&context, id).await.map(|found| found.map(as_loaded)) }
    };
    let body = tenant.cache(&api).get_or_load(&EmployeeDetail(id), load).await?;
    let body = body.ok_or_else(|| ApiError::new(Code::NotFound))?;
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

fn as_loaded(found: EmployeeView) -> Loaded<EmployeeView> {
    let others = found.manager.iter().chain(&found.reports).map(|other| other.id.as_uuid());
    let rows = std::iter::once(found.row.id.as_uuid()).chain(others).collect();
    Loaded { value: found, rows }
}
