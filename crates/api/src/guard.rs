//! Refuses, before anything is looked up, what no client of ours sends.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName},
    middleware::Next,
    web,
};
use api_types::Code;

use crate::{Api, cross_site, error::ApiError};

/// Headers with which a client could try to choose its tenant (row I3).
const TENANT_HEADERS: [HeaderName; 2] =
    [HeaderName::from_static("x-tenant-id"), HeaderName::from_static("x-tenant")];

/// Wraps `/api/v1`.
pub(crate) async fn refuse_what_no_client_sends(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match check(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// Wraps what the identity provider serves: there it depends on the endpoint whether a page of another site may ask.
pub(crate) async fn refuse_odd_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match odd(request.headers()) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

fn odd(headers: &HeaderMap) -> Result<(), ApiError> {
    if TENANT_HEADERS.iter().any(|name| headers.contains_key(name)) {
        return Err(ApiError::new(Code::TenantHeaderRefused));
    }
    // A compressed body could be a thousand times larger than it looks; nothing we accept needs compressing.
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity");
    if encoded {
        return Err(ApiError::new(Code::UnsupportedMediaType));
    }
    Ok(())
}

fn check(request: &ServiceRequest) -> Result<(), ApiError> {
    let headers = request.headers();
    odd(headers)?;
    // No browser adds this header by itself, so no other site can make it send a token.
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let scheme =
        request.app_data::<web::Data<Api>>().map_or("http", |api| api.settings.public_url.scheme());
    cross_site::refuse(request.method(), headers, scheme)
}
