//! `GET /api/v1/outbox`: the mails that a demonstration does not send.

use actix_web::{HttpResponse, http::header, web};
use api_types::{Outbox, OutboxMail};
use domain::Permission;

use super::only_in_a_demonstration;
use crate::{
    Api,
    error::ApiError,
    extract::{Tenant, authorization::permit},
};

/// Lists the mails to users of the company. A demonstration does not send them, so the page shows them to HR admins.
#[utoipa::path(
    get, path = "/api/v1/outbox", tag = "tokens", security(("session" = [])),
    responses(
        (status = 200, description = "The mails", body = Outbox),
        (status = 403, description = "Not an HR admin", body = api_types::Problem),
        (status = 404, description = "The demonstration is off", body = api_types::Problem),
    )
)]
pub(crate) async fn outbox(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    only_in_a_demonstration(&api)?;
    tenant.session()?;
    permit(&tenant, &[Permission::WriteEmployees])?;
    let mails = api.store.outbox(tenant.company.id).await?.into_iter();
    let items = mails.map(|mail| OutboxMail {
        to: mail.to,
        subject: mail.subject,
        body: mail.body,
        written_at: mail.written_at,
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Outbox { items: items.collect() }))
}
