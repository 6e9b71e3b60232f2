//! Which issuer a path names, and whether the host may speak for it.

use std::sync::Arc;

use actix_web::HttpRequest;
use api_types::Code;
use domain::PoolId;

use crate::{Api, bind_tenant, error::ApiError, host::Host, idp::snapshot::Pool};

/// The pool of that id, on the bare host or on its own company's. On another company's host there is no such pool.
///
/// # Errors
/// 404 if there is none here, or if its company is gone; 403 if its company is closed.
pub(super) async fn anywhere(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
) -> Result<Arc<Pool>, ApiError> {
    let here = match Host::of(request, &api.settings.public_url)? {
        Host::Bare => None,
        Host::Company(_) => Some(bind_tenant::company_of(request, api).await?),
    };
    let known = api.pools.find(|snapshot| snapshot.pool(id).cloned()).await?;
    let own =
        known.filter(|pool| here.as_ref().is_none_or(|company| company.id == pool.pool.tenant));
    let pool = own.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let state = api.cache.state(pool.pool.tenant).await?;
    bind_tenant::must_be_open(api, pool.pool.tenant, &state).await?;
    Ok(pool)
}

/// The pool of that id and its company, on that company's host alone: where its sessions are.
///
/// # Errors
/// As [`anywhere`]; 400 on the bare host.
pub(super) async fn at_home(
    request: &HttpRequest,
    api: &Api,
    id: &PoolId,
) -> Result<(Arc<store::Tenant>, Arc<Pool>), ApiError> {
    let company = bind_tenant::company_of(request, api).await?;
    Ok((company, anywhere(request, api, id).await?))
}
