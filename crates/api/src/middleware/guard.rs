//! Refuses requests that no regular client sends, before any lookup.

use actix_web::{
    Error, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName},
    middleware::Next,
};
use api_types::Code;

use crate::{Api, error::ApiError, middleware::cross_site};

/// Headers with which a client could try to choose its tenant (row I3).
const TENANT_HEADERS: [HeaderName; 2] =
    [HeaderName::from_static("x-tenant-id"), HeaderName::from_static("x-tenant")];

/// Wraps routes that change something and are not bound to a tenant, such as signing in. A page of another site may not call them, whatever headers it sends
/// (row G11). Bound routes make this check where they read the cookie, because a request with a bearer token does not need it.
pub(crate) async fn refuse_other_sites(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match check_site(request.request()) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// Refuses a request that changes something and comes from a page of another site.
pub(crate) fn check_site(request: &HttpRequest) -> Result<(), ApiError> {
    let scheme = Api::of(request)?.settings.public_url.scheme();
    cross_site::refuse(request.method(), request.headers(), scheme)
}

/// Wraps all routes for clients: `/api/v1` and the identity provider.
pub(crate) async fn refuse_unexpected_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match refuse_tenant_headers_and_compression(request.headers()) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// Refuses a header that names a company, and a body that is compressed.
pub(crate) fn refuse_tenant_headers_and_compression(headers: &HeaderMap) -> Result<(), ApiError> {
    if TENANT_HEADERS.iter().any(|name| headers.contains_key(name)) {
        return Err(ApiError::new(Code::TenantHeaderRefused));
    }
    // A compressed body could be a thousand times larger than it looks. Bodies that are accepted are small, so none needs compression.
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity");
    if encoded {
        return Err(ApiError::new(Code::UnsupportedMediaType));
    }
    Ok(())
}
