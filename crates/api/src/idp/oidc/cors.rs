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
const REMEMBERED: &str = "3600";

/// Adds the CORS headers and answers preflight requests. Credentials are never allowed, so a page gets only what every client gets.
pub(super) async fn allow(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asks_whether = *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_whether {
        request.into_response(allowance())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    open(response.headers_mut());
    Ok(response)
}

fn allowance() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"))
        // `*` allows headers such as `traceparent` but does not include `Authorization` (Fetch §4.9), so that is named.
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, *"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, REMEMBERED))
        .finish()
}

fn open(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let readable = HeaderValue::from_static("www-authenticate, retry-after, x-request-id");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
}
