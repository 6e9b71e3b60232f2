//! `POST /api/v1/employees/{id}/terminate`: not a DELETE, because the employee stays readable, and because the request names a last day.

use actix_web::{HttpResponse, web};
use api_types::{EndedEmployment, Termination};
use cache::Entity;
use chrono::Utc;
use domain::{AccountId, EmployeeId, TenantId};
use store::{LastDay, Terminated};

use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{Body, IfMatch, PathId, Writer},
    resources::employees::employee_fields,
    respond,
    write::write,
};

/// Ends an employment: the employee's reports move to the employee's manager, their accounts are disabled, and their sessions and tokens end on every node.
/// `accounts` lists the accounts that were closed, and the addresses of the employee that match none.
///
/// A retry after a lost reply gets the same reply and ends the sessions again.
#[utoipa::path(
    post, path = "/api/v1/employees/{id}/terminate", operation_id = "terminate_employee", tag = "employees", request_body = Termination,
    params(
        ("id" = EmployeeId, Path, description = "The employee's id"),
        ("If-Match" = String, Header, description = "The `version` that the client read, in quotes: `\"7\"`"),
    ),
    responses(
        (status = 200, description = "The employment has ended", body = EndedEmployment),
        (status = 400, description = "`invalid_field`: the last day is invalid", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: the role may not write; `insufficient_scope`: the token needs `hr/employees.read` and `hr/employees.write`", body = api_types::Problem),
        (status = 404, description = "The viewer can see no employee with this id", body = api_types::Problem),
        (status = 409, description = "`own_employment`, `has_reports` or `employment_ended` on another day", body = api_types::Problem),
        (status = 412, description = "`stale_version`: the employee has changed; `version` is their current version, and nothing was written", body = api_types::Problem),
        (status = 428, description = "`If-Match` is missing", body = api_types::Problem),
        (status = 503, description = "The change may have been written, and sessions may still be valid: send the request again, see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn terminate(
    writer: Writer,
    IfMatch(version): IfMatch,
    PathId(id): PathId<EmployeeId>,
    termination: Body<Termination>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let last_day = LastDay {
        requested: employee_fields::last_day(&termination)?,
        today: Utc::now().date_naive(),
    };
    let (worker, context) = (api.get_ref().clone(), writer.context.clone());
    let ended = write(&api, &writer, &[Entity::Employee], move || async move {
        let ended = worker.store.terminate_employee(&context, id, version, last_day).await?;
        let Some(ended) = ended else { return Ok(None) };
        // Done inside the work, which goes on if the client disconnects: otherwise an employee who has left could stay signed in.
        let signed_out = end_sessions(&worker, context.tenant(), &ended.accounts).await;
        let Terminated { employee, report: accounts, .. } = ended;
        Ok(Some((EndedEmployment { employee, accounts }, signed_out)))
    })
    .await?;
    let (ended, signed_out) = or_not_found(ended)?;
    signed_out?;
    Ok(respond::written(&mut HttpResponse::Ok(), &ended))
}

/// Ends the sessions and tokens of accounts that are already disabled, so their owners cannot sign in again.
async fn end_sessions(api: &Api, tenant: TenantId, accounts: &[AccountId]) -> Result<(), ApiError> {
    for account in accounts {
        api.idp.revocations.end_account(tenant, *account).await?;
    }
    Ok(())
}
