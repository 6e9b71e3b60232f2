//! Sends a cached body as an HTTP reply: encoding, ETag, 304, HEAD.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, AcceptEncoding, Header, HeaderValue, IfNoneMatch, Preference, Quality},
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
    let (encoding, bytes) = choose(request, |encoding| body.bytes(encoding));
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie")))
        .insert_header((header::ETAG, ["\"", body.etag(), suffix(encoding), "\""].concat()));
    if client_has(request, body.etag()) {
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

/// The smallest available encoding that the client accepts (RFC 9110 §12.5.3). `*` accepts none of them: such a client gets the body unencoded.
pub(crate) fn choose<'b>(
    request: &HttpRequest,
    bytes_in: impl Fn(Encoding) -> Option<&'b Bytes>,
) -> (Encoding, Bytes) {
    let accepted = AcceptEncoding::parse(request);
    let accepted = accepted.map_or_else(|_| Vec::new(), |AcceptEncoding(items)| items);
    let accepts = |coding: header::Encoding| {
        let coding = Preference::Specific(coding);
        accepted.iter().any(|item| item.item == coding && item.quality > Quality::ZERO)
    };
    let codings = [
        (Encoding::Brotli, header::Encoding::brotli()),
        (Encoding::Gzip, header::Encoding::gzip()),
    ];
    let best = codings.into_iter().find_map(|(encoding, coding)| {
        let bytes = accepts(coding).then(|| bytes_in(encoding)).flatten()?;
        Some((encoding, bytes.clone()))
    });
    best.unwrap_or_else(|| {
        (Encoding::Identity, bytes_in(Encoding::Identity).cloned().unwrap_or_default())
    })
}

/// Whether one of the client's ETags is this body's, in any encoding (weak comparison, RFC 9110 §13.1.2).
///
/// `*` does not match: it would tell a client that has never seen the body that it exists.
fn client_has(request: &HttpRequest, etag: &str) -> bool {
    let Ok(IfNoneMatch::Items(tags)) = IfNoneMatch::parse(request) else { return false };
    let encodings = [Encoding::Identity, Encoding::Gzip, Encoding::Brotli];
    tags.iter().any(|tag| {
        encodings.iter().any(|encoding| tag.tag().strip_suffix(suffix(*encoding)) == Some(etag))
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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn an_encoding_is_chosen_only_if_the_client_names_it() {
        let bytes = Bytes::from_static(b"body");
        for (accepted, chosen) in [
            ("gzip, br", Encoding::Brotli),
            ("BR;q=0.1, gzip", Encoding::Brotli),
            ("br;q=0, gzip", Encoding::Gzip),
            ("br;q=0.000, gzip;q=0", Encoding::Identity),
            ("*", Encoding::Identity),
            ("zstd, brotli", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            let request = TestRequest::default()
                .insert_header((header::ACCEPT_ENCODING, accepted))
                .to_http_request();
            assert_eq!(choose(&request, |_| Some(&bytes)).0, chosen, "{accepted}");
        }
    }

    /// P8: only an ETag that the client received matches; `*` does not.
    #[test]
    fn an_etag_matches_in_every_encoding_and_a_star_does_not() {
        let has = |tags: &str| {
            let request = TestRequest::default()
                .insert_header((header::IF_NONE_MATCH, tags))
                .to_http_request();
            client_has(&request, "abc")
        };
        for known in ["\"abc\"", "\"abc.gz\"", "W/\"abc.br\"", "\"x\", \"abc\""] {
            assert!(has(known), "{known}");
        }
        for other in ["*", "", "abc", "\"abc", "\"ABC\"", "\"abc.zz\"", "W/"] {
            assert!(!has(other), "{other}");
        }
    }
}
