//! The company that the host of a request names, and whether it is open.

use std::sync::Arc;

use actix_web::HttpRequest;
use api_types::Code;
use cache::TenantState;
use domain::{TenantId, TenantSettings, TenantStatus};

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

/// The company that the host names, with its settings, if it is open. For routes that need no session, such as signing in.
pub(crate) async fn open_company(
    request: &HttpRequest,
    api: &Api,
) -> Result<(Arc<store::Tenant>, TenantSettings), ApiError> {
    let company = company_of(request, api).await?;
    let settings = must_be_open(api, company.id, &api.cache.state(company.id).await?).await?;
    Ok((company, settings))
}

/// Returns the settings of a company, and refuses one that is suspended or deleted.
pub(crate) async fn must_be_open(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<TenantSettings, ApiError> {
    let settings = settings_of(api, tenant, state).await?;
    match settings.status {
        TenantStatus::Active => Ok(settings),
        _ => Err(ApiError::new(Code::CompanyClosed)),
    }
}

/// The status of a company. A deleted company gets the same error as one that never existed.
pub(crate) async fn status_of(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<TenantStatus, ApiError> {
    settings_of(api, tenant, state).await.map(|settings| settings.status)
}

/// The settings of a company. A deleted company gets the same error as one that never existed.
pub(crate) async fn settings_of(
    api: &Api,
    tenant: TenantId,
    state: &TenantState,
) -> Result<TenantSettings, ApiError> {
    let settings = match state.settings {
        Some(settings) => Some(settings),
        // Boxed: rarely taken, and the future is large.
        None => Box::pin(ask_postgresql(api, tenant)).await?,
    };
    settings
        .filter(|settings| settings.status != TenantStatus::Deleted)
        .ok_or_else(|| ApiError::new(Code::UnknownCompany))
}

/// Reads the settings from PostgreSQL, because Redis does not have them. If PostgreSQL does not answer, the request fails; no settings are assumed.
async fn ask_postgresql(api: &Api, tenant: TenantId) -> Result<Option<TenantSettings>, ApiError> {
    let settings = api.store.tenant_settings(tenant).await?;
    if let Some(settings) = settings {
        api.cache.remember_settings(tenant, settings).await?;
    }
    Ok(settings)
}
