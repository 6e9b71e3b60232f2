//! `GET /api/v1/session`: shows who is signed in.

use actix_web::{HttpResponse, web};
use api_types::{Code, SessionView};
use tenancy::TenantContext;

use crate::{Api, error::ApiError, extract::Tenant};

/// Shows who is signed in.
#[utoipa::path(
    get, path = "/api/v1/session", operation_id = "get_session", tag = "session",
    responses(
        (status = 200, description = "Who is signed in", body = SessionView),
        (status = 401, description = "Not signed in", body = api_types::Problem),
    )
)]
pub(crate) async fn get(tenant: Tenant, api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    let view = view(&api, &tenant.context, &tenant.company, tenant.session()?).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// The reply about a session. Name and address are read from PostgreSQL each time, because the session record contains no personal data.
pub(super) async fn view(
    api: &Api,
    context: &TenantContext,
    company: &store::Tenant,
    session: &session::Session,
) -> Result<SessionView, ApiError> {
    let account =
        api.store.account(context).await?.ok_or_else(|| ApiError::new(Code::NotSignedIn))?;
    Ok(SessionView {
        company_slug: company.slug.clone(),
        company_name: company.name.clone(),
        name: account.name,
        email: account.email.to_string(),
        employee_id: account.employee,
        user_number: account.user_number,
        role: session.role(),
        permissions: session.role().permissions().to_vec(),
        has_draft: account.has_draft,
        demonstration: api.settings.is_demonstration(),
        signed_in_at: session.signed_in_at(),
        expires_at: session.expires_at(),
        idle_seconds: session.policy().idle().as_secs(),
    })
}
