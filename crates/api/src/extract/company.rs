//! The company that the host of a request names, and whether it is open.

use std::sync::Arc;

use actix_web::HttpRequest;
use api_types::Code;
use cache::TenantState;
use domain::{TenantId, TenantStatus};

use super::Host;
use crate::{Api, error::ApiError};

/// The company that the host names. The bare host names none.
pub(crate) async fn company_of(
    request: &HttpRequest,
    api: &Api,
) -> Result<Arc<store::Tenant>, ApiError> {
    let Host::Company(slug) = Host::of(request, &api.settings.public_url)? else {
        return Err(ApiError::new(Code::CompanyHostRequired));
    };
    api.directory.find(&slug).await?.ok_or_else(|| ApiError::new(Code::UnknownCompany))
}

/// The company that the host names, if it is open. For routes that need no session, such as signing in.
pub(crate) async fn open_company(
    request: &HttpRequest,
    api: &Api,
) -> Result<Arc<store::Tenant>, ApiError> {
    let company = company_of(request, api).await?;
    must_be_open(api, company.id, &api.cache.state(company.id).await?).await?;
    Ok(company)
}

/// Refuses a company that is suspended or deleted.
pub(crate) async fn must_be_open(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<(), ApiError> {
    match status_of(api, tenant, state).await? {
        TenantStatus::Active => Ok(()),
        _ => Err(ApiError::new(Code::CompanyClosed)),
    }
}

/// The status of a company. A deleted company gets the same error as one that never existed.
pub(crate) async fn status_of(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<TenantStatus, ApiError> {
    let status = match state.status {
        Some(status) => Some(status),
        // Boxed: rarely taken, and the future is large.
        None => Box::pin(ask_postgresql(api, tenant)).await?,
    };
    match status {
        Some(TenantStatus::Deleted) | None => Err(ApiError::new(Code::UnknownCompany)),
        Some(status) => Ok(status),
    }
}

/// Reads the status from PostgreSQL, because Redis does not have it. If PostgreSQL does not answer, the request fails; no status is assumed.
async fn ask_postgresql(api: &Api, tenant: TenantId) -> Result<Option<TenantStatus>, ApiError> {
    let status = api.store.tenant_status(tenant).await?;
    if let Some(status) = status {
        api.cache.remember_status(tenant, status).await?;
    }
    Ok(status)
}
