//! Sends a cached body as an HTTP reply: encoding, ETag, 304, HEAD.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, HeaderMap, HeaderValue},
};
use bytes::Bytes;
use cache::{Body, Encoding};
use serde::Serialize;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Replies with the body, or with 304 if the client already has it.
///
/// Personal data is `no-store`, so that no HTTP cache keeps it. It still has an ETag, because the product's own pages keep bodies in memory and send
/// `If-None-Match` themselves. The ETag depends on tenant and visibility too, so another viewer's ETag never matches.
pub(crate) fn with_body(request: &HttpRequest, body: &Body) -> HttpResponse {
    let (encoding, bytes) = choose(request.headers(), |encoding| body.bytes(encoding));
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie")))
        .insert_header((header::ETAG, ["\"", body.etag(), suffix(encoding), "\""].concat()));
    if client_has(request.headers(), body.etag()) {
        return response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
    }
    if let Some(name) = coding(encoding) {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(name)));
    }
    response.insert_header((header::CONTENT_TYPE, JSON)).body(bytes)
}

/// Replies with a value that was just written. It is not a cached body and has no ETag: the next change names the `version` in it.
pub(crate) fn written(response: &mut HttpResponseBuilder, value: &impl Serialize) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(value)
}

/// The smallest available encoding that the client accepts (RFC 9110 §12.5.3).
pub(crate) fn choose<'b>(
    headers: &HeaderMap,
    bytes_in: impl Fn(Encoding) -> Option<&'b Bytes>,
) -> (Encoding, Bytes) {
    let best = [Encoding::Brotli, Encoding::Gzip].into_iter().find_map(|encoding| {
        let accepts = accepts(headers, coding(encoding)?);
        accepts.then(|| bytes_in(encoding)).flatten().map(|bytes| (encoding, bytes.clone()))
    });
    best.unwrap_or_else(|| {
        (Encoding::Identity, bytes_in(Encoding::Identity).cloned().unwrap_or_default())
    })
}

/// Whether `Accept-Encoding` names this coding and does not refuse it.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|item| !refused(item))
        .any(|item| item.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(coding))
}

/// Whether an item of `Accept-Encoding` has `q=0`.
fn refused(item: &str) -> bool {
    let weight = item.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q="));
    weight.is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
}

/// Whether one of the client's ETags is this body's, in any encoding (weak comparison, RFC 9110 §13.1.2).
///
/// `*` does not match: it would tell a client that has never seen the body that it exists.
fn client_has(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
        .any(|tag| {
            [Encoding::Identity, Encoding::Gzip, Encoding::Brotli]
                .iter()
                .any(|encoding| tag.strip_suffix(suffix(*encoding)).is_some_and(|tag| tag == etag))
        })
}

/// The suffix of an ETag. A strong ETag identifies bytes, so each encoding has its own.
const fn suffix(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Identity => "",
        Encoding::Gzip => ".gz",
        Encoding::Brotli => ".br",
    }
}

/// The name of the encoding in `Content-Encoding`; `None` for an unencoded body.
pub(crate) const fn coding(encoding: Encoding) -> Option<&'static str> {
    match encoding {
        Encoding::Identity => None,
        Encoding::Gzip => Some("gzip"),
        Encoding::Brotli => Some("br"),
    }
}
