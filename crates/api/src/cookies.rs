//! The cookies of the product: how they are set and how they are read.

use actix_web::{
    cookie::{Cookie, SameSite, time},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};
use session::SessionId;

/// The session cookie. `__Host-` makes the browser refuse it with a `Domain`, without `Secure` or with another path (row C1).
pub(crate) const SESSION: &str = "__Host-session";

/// Sent when a user signs out. Not `"cookies"`: that would also clear other companies' cookies under one registrable domain.
pub(crate) const CLEAR_SITE_DATA: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static(r#""cache","storage""#));

/// The cookie that carries a session: `HttpOnly; Secure; SameSite=Lax; Path=/`, no `Domain`.
pub(crate) fn session(id: &SessionId, max_age: std::time::Duration) -> Cookie<'static> {
    let seconds = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
    session_cookie(id.to_cookie_value(), seconds)
}

/// The session cookie, emptied and expired, so that the browser deletes it.
pub(crate) fn no_session() -> Cookie<'static> {
    session_cookie(String::new(), 0)
}

fn session_cookie(value: String, max_age_seconds: i64) -> Cookie<'static> {
    Cookie::build(SESSION, value)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Lax)
        .path("/")
        .max_age(time::Duration::seconds(max_age_seconds))
        .finish()
}

/// The cookie of a device that signed in before; it proves no identity. Only requests from the product's own pages need it: `SameSite=Strict`.
pub(crate) const DEVICE: &str = "__Host-device";

/// The cookie that remembers a device: `HttpOnly; Secure; SameSite=Strict; Path=/`, no `Domain`.
pub(crate) fn device(value: String) -> Cookie<'static> {
    Cookie::build(DEVICE, value)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Strict)
        .path("/")
        .max_age(time::Duration::seconds(throttle::DEVICE_LIFETIME.num_seconds()))
        .finish()
}

/// The value of the device cookie; `None` if it is missing or was sent twice.
pub(crate) fn device_value(headers: &HeaderMap) -> Option<&str> {
    let mut values = values(headers, DEVICE);
    match (values.next(), values.next()) {
        (Some(value), None) => str::from_utf8(value).ok(),
        _ => None,
    }
}

/// Whether a session cookie was sent, readable or not.
pub(crate) fn has_session(headers: &HeaderMap) -> bool {
    values(headers, SESSION).next().is_some()
}

/// The id in the session cookie; `None` if it is missing, malformed or was sent twice, because then it is unknown which one is meant.
pub(crate) fn session_id(headers: &HeaderMap) -> Option<SessionId> {
    let mut values = values(headers, SESSION);
    match (values.next(), values.next()) {
        (Some(value), None) => str::from_utf8(value).ok()?.parse().ok(),
        _ => None,
    }
}

/// The values of a cookie in the order sent (RFC 6265 §4.2.1), over all `Cookie` headers.
///
/// Values are bytes: any page under a shared parent domain can set a cookie with a value that is not ASCII, and browsers send it (RFC 9110 §5.5 allows such
/// bytes). An unreadable pair counts as another cookie and does not affect this one (row G11).
fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(header::COOKIE)
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .filter_map(move |pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn sent(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        }
        headers
    }

    fn sent_bytes(cookie: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_bytes(cookie).unwrap());
        headers
    }

    /// C1: the session cookie has exactly the declared attributes.
    #[test]
    fn the_session_cookie_has_exactly_its_attributes() {
        let id = VALUE.parse().unwrap();
        assert_eq!(
            session(&id, std::time::Duration::from_hours(24)).to_string(),
            format!(
                "__Host-session={VALUE}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400"
            )
        );
    }

    /// C1: a duplicated cookie counts as no session, in one header or in two.
    #[test]
    fn a_duplicated_cookie_is_no_session() {
        let one = format!("theme=dark; {SESSION}={VALUE}");
        assert!(session_id(&sent(&[&one])).is_some());
        assert!(session_id(&sent(&[&format!("{one}; {SESSION}={VALUE}")])).is_none());
        assert!(session_id(&sent(&[&one, &format!("{SESSION}=x")])).is_none());
    }

    /// G11: other cookies that are not ASCII, in UTF-8 or Latin-1, do not end the session, wherever they stand; two session cookies still count as none.
    #[test]
    fn an_undecodable_other_cookie_does_not_end_the_session() {
        let good = format!("{SESSION}={VALUE}");
        let foreign: [&[u8]; 4] =
            ["utm=Undersøgelse".as_bytes(), b"theme=d\xfcnkel", b"\xff", b"\xff=\xfe"];
        for foreign in foreign {
            let good = good.as_bytes();
            for cookie in [[foreign, b"; ", good].concat(), [good, b";", foreign].concat()] {
                assert!(session_id(&sent_bytes(&cookie)).is_some(), "{cookie:?}");
            }
            let twice = [good, b"; ", foreign, b"; ", good].concat();
            assert!(session_id(&sent_bytes(&twice)).is_none(), "{twice:?}");
            let unreadable = [SESSION.as_bytes(), b"=\xff; ", good].concat();
            assert!(session_id(&sent_bytes(&unreadable)).is_none(), "{unreadable:?}");
        }
    }

    /// C1: a cookie with a similar name is not the session's.
    #[test]
    fn a_similar_name_is_another_cookie() {
        for name in ["session", "__host-session", "__Host-session2", "x__Host-session"] {
            assert!(session_id(&sent(&[&format!("{name}={VALUE}")])).is_none(), "{name}");
        }
    }
}
