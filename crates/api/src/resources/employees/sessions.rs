//! `GET` and `DELETE /api/v1/employees/{id}/sessions`: an HR admin sees and ends the sessions of a colleague.

use std::cmp::Reverse;

use actix_web::{HttpResponse, web};
use api_types::SessionList;
use domain::EmployeeId;

use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{PathId, SessionManager},
    finish::finish,
    resources::session::list::listed,
};

/// Lists the sessions of an employee's accounts.
#[utoipa::path(
    get, path = "/api/v1/employees/{id}/sessions", operation_id = "list_employee_sessions", tag = "employees", security(("session" = [])),
    params(("id" = EmployeeId, Path, description = "The employee's id")),
    responses(
        (status = 200, description = "The employee's sessions and remembered devices; none if the employee has no account", body = SessionList),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: only an HR admin manages sessions; `session_required`", body = api_types::Problem),
        (status = 404, description = "The company has no employee with this id", body = api_types::Problem),
    )
)]
pub(crate) async fn list(
    manager: SessionManager,
    PathId(id): PathId<EmployeeId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let accounts = or_not_found(api.store.accounts_of_employee(&manager.context, id).await?)?;
    let mut all = SessionList { items: Vec::new(), remembered: Vec::new() };
    for account in accounts {
        let of_account = listed(&api, &manager, account, None).await?;
        all.items.extend(of_account.items);
        all.remembered.extend(of_account.remembered);
    }
    all.items.sort_by_key(|item| Reverse(item.last_seen_at));
    all.remembered.sort_by_key(|device| Reverse(device.last_used_at));
    Ok(HttpResponse::Ok().json(all))
}

/// Ends every session and every token of an employee's accounts, on every node at once.
#[utoipa::path(
    delete, path = "/api/v1/employees/{id}/sessions", operation_id = "end_employee_sessions", tag = "employees", security(("session" = [])),
    params(("id" = EmployeeId, Path, description = "The employee's id")),
    responses(
        (status = 204, description = "All have ended"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: only an HR admin manages sessions; `session_required`", body = api_types::Problem),
        (status = 404, description = "The company has no employee with this id", body = api_types::Problem),
        (status = 503, description = "Some sessions may still be valid: send the request again, see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn end(
    manager: SessionManager,
    PathId(id): PathId<EmployeeId>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let (tenant, by) = (manager.context.tenant(), manager.session()?.account());
    let accounts = or_not_found(api.store.accounts_of_employee(&manager.context, id).await?)?;
    finish(async move {
        for account in accounts {
            api.idp.revocations.end_account(tenant, account).await?;
            tracing::info!(%tenant, %account, %by, "session.account.ended");
        }
        Ok(HttpResponse::NoContent().finish())
    })
    .await
}
