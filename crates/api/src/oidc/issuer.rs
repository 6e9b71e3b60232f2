//! Finds the pool that a path names, and checks that the host may serve it.

use std::sync::Arc;

use actix_web::HttpRequest;
use domain::PoolId;
use idp::Pool;

use crate::{
    Api,
    error::{ApiError, or_not_found},
    extract::{Host, company},
};

/// The pool with that id, on the bare host or on its own company's host. On another company's host the pool does not exist.
///
/// # Errors
/// 404 if there is no such pool at this host, or if its company was deleted; 403 if its company is closed.
pub(super) async fn find_pool(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
) -> Result<Arc<Pool>, ApiError> {
    let company = match Host::of(request, &api.settings.public_url)? {
        Host::Bare => None,
        Host::Company(_) => Some(company::company_of(request, api).await?),
    };
    let known = api.idp.pools.pool(id).await?;
    let own =
        known.filter(|pool| company.as_ref().is_none_or(|company| company.id == pool.tenant()));
    let pool = or_not_found(own)?;
    let state = api.cache.state(pool.tenant()).await?;
    company::must_be_open(api, pool.tenant(), &state).await?;
    Ok(pool)
}

/// The pool with that id and its company, on that company's host only, because the session cookies belong to that host.
///
/// # Errors
/// The same as [`find_pool`], and 400 on the bare host.
pub(super) async fn find_pool_at_company_host(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
) -> Result<(Arc<store::Tenant>, Arc<Pool>), ApiError> {
    let company = company::company_of(request, api).await?;
    Ok((company, find_pool(request, api, id).await?))
}
