//! Reads the bearer token of a request (RFC 6750 §2.1).

use actix_web::http::header::{self, HeaderMap};

use crate::error::ApiError;

/// The scheme of RFC 6750; its case does not matter (RFC 9110 §11.1).
const SCHEME: &str = "bearer";

/// The bearer token of a request; `None` if the request has no `Authorization` header.
///
/// # Errors
/// 401 for another scheme, for two headers, and for a header without a token, even if the request also has a session cookie.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.to_str().map_err(|_| ApiError::no_bearer(NOT_ASCII))?,
        (Some(_), Some(_)) => return Err(ApiError::no_bearer("the header is sent more than once")),
    };
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(ApiError::no_bearer("the scheme is not `Bearer`"));
    }
    match token.trim_start_matches(' ') {
        "" => Err(ApiError::no_bearer("the token is missing")),
        token => Ok(Some(token)),
    }
}

const NOT_ASCII: &str = "the header contains a character that is not visible ASCII";

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn one_authorization_header_carries_one_token() {
        assert!(bearer_token(&headers(&[])).unwrap().is_none());
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c"] {
            assert_eq!(bearer_token(&headers(&[good])).unwrap(), Some("a.b.c"), "{good}");
        }
    }

    #[test]
    fn any_other_authorization_header_is_malformed() {
        for (odd, why) in [
            (&["Basic YTpi"][..], "the scheme is not `Bearer`"),
            (&["a.b.c"], "the scheme is not `Bearer`"),
            (&["Bearer"], "the token is missing"),
            (&["Bearer "], "the token is missing"),
            (&["Bearer a", "Bearer a"], "sent more than once"),
        ] {
            let error = bearer_token(&headers(odd)).unwrap_err();
            assert!(error.detail().contains(why), "{odd:?}: {}", error.detail());
        }
        let mut latin = HeaderMap::new();
        latin.insert(header::AUTHORIZATION, HeaderValue::from_bytes(b"Bearer \xe9").unwrap());
        assert!(bearer_token(&latin).unwrap_err().detail().contains("visible ASCII"));
    }
}
