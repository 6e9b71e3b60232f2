//! `DELETE /api/v1/session` and `DELETE /api/v1/sessions`: signs a user out, here or everywhere.

use actix_web::{HttpRequest, HttpResponse, http::header::SET_COOKIE, web};

use super::remembered::forget_device;
use crate::{Api, cookies, error::ApiError, extract::Tenant};

/// Ends the session on every node at once, and tells the browser to delete the session's cookie and stored data.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
    )
)]
pub(crate) async fn sign_out(
    request: HttpRequest,
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let session = tenant.session()?;
    api.idp.revocations.end_session(tenant.company.id, session.digest()).await?;
    forget_device(&api, &request, tenant.company.id).await?;
    signed_out()
}

/// Ends every session and every token of the user, on every device and node at once, including this session.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "session",
    responses(
        (status = 204, description = "Signed out everywhere"),
        (status = 401, description = "Not signed in", body = api_types::Problem),
    )
)]
pub(crate) async fn sign_out_everywhere(
    tenant: Tenant,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    api.idp.revocations.end_account(tenant.company.id, tenant.session()?.account()).await?;
    signed_out()
}

/// The response to a user who has just signed out.
pub(super) fn signed_out() -> Result<HttpResponse, ApiError> {
    let delete = cookies::delete_session().map_err(ApiError::broken)?;
    let forget = cookies::delete_remember().map_err(ApiError::broken)?;
    Ok(HttpResponse::NoContent()
        .append_header((SET_COOKIE, delete))
        .append_header((SET_COOKIE, forget))
        .insert_header(cookies::CLEAR_SITE_DATA)
        .finish())
}
