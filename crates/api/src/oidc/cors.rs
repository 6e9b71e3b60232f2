//! CORS for the endpoints that use no cookie: pages of any site may call them, because applications in a browser send a token or a code.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
};

/// How long a browser may cache the answer to a preflight request, in seconds.
const PREFLIGHT_SECONDS: &str = "3600";

/// Adds the CORS headers and answers preflight requests. Credentials are never allowed, so a page gets only what every client gets.
pub(super) async fn allow_all_origins(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_preflight = *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        request.into_response(preflight_response())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    add_headers(response.headers_mut());
    Ok(response)
}

fn preflight_response() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"))
        // `*` allows headers such as `traceparent` but does not include `Authorization` (Fetch §4.9), so that is named.
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, *"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS))
        .finish()
}

fn add_headers(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let readable = HeaderValue::from_static("www-authenticate, retry-after, x-request-id");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
}
