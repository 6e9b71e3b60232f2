//! Refuses requests that another site made a browser send. The page can end processes, and every site can send requests to the loopback address.

use std::fmt;

use hyper::{
    Method, StatusCode,
    header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// `Host` names another server. A name of another site that resolves to the loopback address would otherwise reach the page (DNS rebinding).
    Host,
    /// Another site caused the request.
    CrossSite,
    /// The body of an operation is not declared as JSON. A form of another site could not declare it either.
    ContentType,
}

impl Refusal {
    /// The status of the reply.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "invalid `Host`: expected `localhost` or `127.0.0.1` with the port of this page",
            Self::CrossSite => "the request comes from another site\nhint: open the address of this page in a tab of its own",
            Self::ContentType => "invalid `Content-Type`: expected `application/json`",
        })
    }
}

/// Checks the headers of a request to the page on this port.
///
/// Browsers send `Sec-Fetch-Site` with every request to the loopback address, and `Origin` with every `POST`. A client that sends neither is not a browser.
///
/// # Errors
/// If the request must not be answered.
pub(super) fn check(method: &Method, headers: &HeaderMap, port: u16) -> Result<(), Refusal> {
    let hosts = [format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    let host = match one(headers, &HOST) {
        Value::Once(host) if hosts.iter().any(|own| own == host) => host,
        _ => return Err(Refusal::Host),
    };
    let is_get = method == Method::GET;
    let same_site = match one(headers, &SEC_FETCH_SITE) {
        Value::Absent | Value::Once("same-origin") => true,
        // The user typed the address or opened a bookmark.
        Value::Once("none") => is_get,
        _ => false,
    };
    let same_origin = match one(headers, &ORIGIN) {
        Value::Absent => true,
        Value::Once(origin) => origin.strip_prefix("http://") == Some(host),
        Value::Unreadable => false,
    };
    if !same_site || !same_origin {
        return Err(Refusal::CrossSite);
    }
    let is_json = matches!(one(headers, &CONTENT_TYPE), Value::Once("application/json"));
    if is_get || is_json { Ok(()) } else { Err(Refusal::ContentType) }
}

enum Value<'a> {
    Absent,
    Once(&'a str),
    /// Sent twice, or not text.
    Unreadable,
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Value<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Value::Absent,
        (Some(value), None) => value.to_str().map_or(Value::Unreadable, Value::Once),
        (Some(_), Some(_)) => Value::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn checked(method: &Method, headers: &[(&'static str, &'static str)]) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        check(method, &map, 8081)
    }

    fn get(headers: &[(&'static str, &'static str)]) -> Result<(), Refusal> {
        checked(&Method::GET, headers)
    }

    fn post(headers: &[(&'static str, &'static str)]) -> Result<(), Refusal> {
        let own = [("host", "localhost:8081"), ("content-type", "application/json")];
        checked(&Method::POST, &[own.as_slice(), headers].concat())
    }

    #[test]
    fn a_host_that_is_not_the_page_is_refused() {
        for own in ["localhost:8081", "127.0.0.1:8081"] {
            assert_eq!(get(&[("host", own)]), Ok(()), "{own}");
        }
        for other in
            ["attacker.example:8081", "localhost", "localhost:8080", "acme.localhost:8081", ""]
        {
            assert_eq!(get(&[("host", other)]), Err(Refusal::Host), "{other}");
        }
        assert_eq!(get(&[]), Err(Refusal::Host));
        let twice = [("host", "localhost:8081"), ("host", "localhost:8081")];
        assert_eq!(get(&twice), Err(Refusal::Host));
    }

    #[test]
    fn an_operation_of_the_page_is_accepted() {
        assert_eq!(
            post(&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8081")]),
            Ok(())
        );
        assert_eq!(post(&[]), Ok(()), "a client that is not a browser");
    }

    #[test]
    fn an_operation_of_another_site_is_refused() {
        for site in ["cross-site", "same-site", "none", ""] {
            assert_eq!(post(&[("sec-fetch-site", site)]), Err(Refusal::CrossSite), "{site}");
        }
        for origin in [
            "http://attacker.example",
            "http://localhost:8080",
            "https://localhost:8081",
            "http://127.0.0.1:8081",
            "null",
        ] {
            assert_eq!(post(&[("origin", origin)]), Err(Refusal::CrossSite), "{origin}");
        }
    }

    #[test]
    fn another_site_cannot_read_the_page() {
        let own = ("host", "localhost:8081");
        assert_eq!(get(&[own, ("sec-fetch-site", "none")]), Ok(()));
        for site in ["cross-site", "same-site"] {
            assert_eq!(get(&[own, ("sec-fetch-site", site)]), Err(Refusal::CrossSite));
        }
    }

    #[test]
    fn a_form_cannot_send_an_operation() {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let headers = [("host", "localhost:8081"), ("content-type", kind)];
            assert_eq!(checked(&Method::POST, &headers), Err(Refusal::ContentType), "{kind}");
        }
        let none = [("host", "localhost:8081")];
        assert_eq!(checked(&Method::POST, &none), Err(Refusal::ContentType));
    }
}
