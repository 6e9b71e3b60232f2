//! Prevents cross-site request forgery (row C8).
//!
//! A request that changes something must come from the company's own page, or from a client that is not a browser.

use actix_web::http::{
    Method,
    header::{self, HeaderMap, HeaderName},
};
use api_types::Code;

use crate::{error::ApiError, extract::host};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a request with an unsafe method from another site. Signing in counts too: otherwise another site could sign its visitor in to a foreign account.
///
/// Current browsers send `Sec-Fetch-Site`; older ones send `Origin` with every unsafe method. A client that sends neither is not a browser and sends only
/// cookies that it was given on purpose. `SameSite` alone would let another company's page through if companies share a registrable domain.
pub(crate) fn refuse(method: &Method, headers: &HeaderMap, scheme: &str) -> Result<(), ApiError> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let own_page = match (one(headers, &SEC_FETCH_SITE), one(headers, &header::ORIGIN)) {
        (Value::Twice, _) | (_, Value::Twice) => false,
        (Value::Once(site), _) => matches!(site, "same-origin" | "none"),
        (Value::Absent, Value::Once(origin)) => is_own_origin(origin, headers, scheme),
        (Value::Absent, Value::Absent) => true,
    };
    if own_page { Ok(()) } else { Err(ApiError::new(Code::CrossSiteRequest)) }
}

/// Whether a browser says that another site caused the request, whatever its method.
pub(crate) fn is_from_another_site(headers: &HeaderMap) -> bool {
    matches!(one(headers, &SEC_FETCH_SITE), Value::Once("cross-site" | "same-site"))
}

enum Value<'a> {
    Absent,
    Once(&'a str),
    Twice,
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Value<'a> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Value::Absent,
        (Some(value), None) => value.to_str().map_or(Value::Twice, Value::Once),
        (Some(_), Some(_)) => Value::Twice,
    }
}

fn is_own_origin(origin: &str, headers: &HeaderMap, scheme: &str) -> bool {
    host::authority(headers)
        .is_ok_and(|host| origin.eq_ignore_ascii_case(&format!("{scheme}://{host}")))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn allowed(method: &Method, sent: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("acme.localhost:8080"));
        for (name, value) in sent {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        refuse(method, &headers, "http").is_ok()
    }

    /// C8: only the company's own page, or a client that is not a browser, may change anything.
    #[test]
    fn only_same_origin_pages_and_non_browser_clients_may_change_data() {
        let post = |sent: &[(&'static str, &'static str)]| allowed(&Method::POST, sent);
        assert!(post(&[]));
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(post(&[("origin", "http://acme.localhost:8080")]));
        for site in ["same-site", "cross-site", "", "SAME-ORIGIN"] {
            assert!(!post(&[("sec-fetch-site", site)]), "{site}");
            assert!(
                !post(&[("sec-fetch-site", site), ("origin", "http://acme.localhost:8080")]),
                "{site}"
            );
        }
        for origin in [
            "null",
            "http://betaco.localhost:8080",
            "https://acme.localhost:8080",
            "http://acme.localhost",
        ] {
            assert!(!post(&[("origin", origin)]), "{origin}");
        }
        assert!(!post(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
        assert!(!post(&[
            ("origin", "http://acme.localhost:8080"),
            ("origin", "http://evil.example")
        ]));
    }

    #[test]
    fn reading_is_allowed_from_anywhere() {
        assert!(allowed(&Method::GET, &[("sec-fetch-site", "cross-site")]));
        assert!(!allowed(&Method::DELETE, &[("sec-fetch-site", "cross-site")]));
    }
}
