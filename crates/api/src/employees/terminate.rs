//! `POST /api/v1/employees/{id}/terminate`: no DELETE, because the employee stays and can be read, and because it takes a last day.

use actix_web::{HttpResponse, web};
use api_types::{Code, EndedEmployment, Termination};
use cache::Entity;
use chrono::Utc;
use domain::{AccountId, EmployeeId, TenantId};
use store::{LastDay, Terminated};

use crate::{
    Api, employee_fields, ending, error::ApiError, if_match::IfMatch, json::Body,
    permitted::Writer, respond, write::write,
};

/// Ends an employment: reports move to the manager above, the person's accounts are disabled, and their sessions and tokens end on every node.
/// `accounts` lists the accounts that were closed, and the addresses of the employee that match none.
///
/// Sent again after a lost reply it answers the same and ends the sessions again.
#[utoipa::path(
    post, path = "/api/v1/employees/{id}/terminate", tag = "employees", request_body = Termination,
    params(
        ("id" = EmployeeId, Path, description = "The employee's id"),
        ("If-Match" = String, Header, description = "The `version` that was read, in quotes: `\"7\"`"),
    ),
    responses(
        (status = 200, description = "The employment has ended", body = EndedEmployment),
        (status = 400, description = "`invalid_field`: the last day cannot be that", body = api_types::Problem),
        (status = 401, description = "Not signed in", body = api_types::Problem),
        (status = 403, description = "`forbidden`: the role may not write; `insufficient_scope`: the token needs `hr/employees.read` and `hr/employees.write`", body = api_types::Problem),
        (status = 404, description = "Nobody the viewer can see has this id", body = api_types::Problem),
        (status = 409, description = "`own_employment`, `has_reports` or `employment_ended` on another day", body = api_types::Problem),
        (status = 412, description = "`stale_version`: `version` says which there is by now; nothing was changed", body = api_types::Problem),
        (status = 428, description = "`If-Match` is missing", body = api_types::Problem),
        (status = 503, description = "Ask again: it may be written, and sessions may live on until it is answered; see `Retry-After`", body = api_types::Problem),
    )
)]
pub(crate) async fn terminate(
    writer: Writer,
    id: web::Path<String>,
    IfMatch(version): IfMatch,
    termination: Body<Termination>,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let last_day =
        LastDay { asked: employee_fields::last_day(&termination)?, today: Utc::now().date_naive() };
    let id: EmployeeId = id.parse().map_err(|_| ApiError::new(Code::NotFound))?;
    let (here, context) = (api.get_ref().clone(), writer.context.clone());
    let ended = write(&api, &writer, &[Entity::Employee], move || async move {
        let ended = here.store.terminate_employee(&context, id, version, last_day).await?;
        let Some(ended) = ended else { return Ok(None) };
        // Here and not after the work, which outlives a client that goes away: nobody who has left stays signed in for that.
        let signed_out = end_sessions(&here, context.tenant(), &ended.accounts).await;
        let Terminated { employee, report: accounts, .. } = ended;
        Ok(Some((EndedEmployment { employee, accounts }, signed_out)))
    })
    .await?;
    let (ended, signed_out) = ended.ok_or_else(|| ApiError::new(Code::NotFound))?;
    signed_out?;
    Ok(respond::written(&mut HttpResponse::Ok(), &ended))
}

/// The accounts are disabled already, so whoever is signed out here does not sign in again.
async fn end_sessions(api: &Api, tenant: TenantId, accounts: &[AccountId]) -> Result<(), ApiError> {
    for account in accounts {
        ending::end_all(api, tenant, *account).await?;
    }
    Ok(())
}
