//! The cookies of the product: how they are set and how they are read.

use actix_web::http::header::{
    self, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue, SET_COOKIE,
};
use api_types::cookies::{self as table, CookiePolicy};
use chrono::{DateTime, Utc};
use domain::SessionPolicy;
use idp::RememberToken;
use session::{Session, SessionId};

use crate::draft_token::DraftToken;

/// The name of the session cookie, whatever its policy.
pub(crate) const SESSION: &str = table::SESSION.name;

/// Sent when a user signs out. Not `"cookies"`: that would also clear other companies' cookies under one registrable domain.
pub(crate) const CLEAR_SITE_DATA: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static(r#""cache","storage""#));

/// The `Set-Cookie` header of a session that has just begun.
pub(crate) fn session(id: &SessionId, policy: SessionPolicy) -> (HeaderName, String) {
    (SET_COOKIE, CookiePolicy::of_session(policy).set(&id.to_cookie_value()))
}

/// The `Set-Cookie` header of a session that goes on: the browser keeps the cookie no longer than the session lasts.
pub(crate) fn session_again(
    id: &SessionId,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<HeaderValue, InvalidHeaderValue> {
    let left = (session.expires_at() - now).to_std().unwrap_or_default();
    let policy = CookiePolicy::of_session(session.policy());
    policy.set_for(&id.to_cookie_value(), left.as_secs()).try_into()
}

/// Adds a session cookie to the headers of a response, unless the response sets or deletes that cookie itself.
pub(crate) fn add_unless_set(headers: &mut HeaderMap, cookie: HeaderValue) {
    let of_session = |set: &HeaderValue| {
        set.as_bytes().strip_prefix(SESSION.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
    };
    if !headers.get_all(SET_COOKIE).any(of_session) {
        headers.append(SET_COOKIE, cookie);
    }
}

/// The value of the `Set-Cookie` header that makes the browser delete the session cookie.
pub(crate) fn delete_session() -> Result<HeaderValue, InvalidHeaderValue> {
    table::SESSION.delete().try_into()
}

/// The `Set-Cookie` header of a device that stays signed in until `expires_at`.
pub(crate) fn remember(
    token: &RememberToken,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> (HeaderName, String) {
    let left = (expires_at - now).to_std().unwrap_or_default();
    (SET_COOKIE, table::REMEMBER.set_for(&token.to_text(), left.as_secs()))
}

/// The value of the `Set-Cookie` header that makes the browser forget that the device stays signed in.
pub(crate) fn delete_remember() -> Result<HeaderValue, InvalidHeaderValue> {
    table::REMEMBER.delete().try_into()
}

/// Whether the cookie of a device that stays signed in was sent, readable or not.
pub(crate) fn has_remember(headers: &HeaderMap) -> bool {
    values(headers, table::REMEMBER.name).next().is_some()
}

/// The token in the cookie of a device that stays signed in; `None` if it is missing, malformed or was sent twice.
pub(crate) fn remember_token(headers: &HeaderMap) -> Option<RememberToken> {
    only_value(headers, table::REMEMBER.name)?.parse().ok()
}

/// The `Set-Cookie` header that remembers a device.
pub(crate) fn device(value: &str) -> (HeaderName, String) {
    (SET_COOKIE, table::DEVICE.set(value))
}

/// The value of the device cookie; `None` if it is missing or was sent twice.
pub(crate) fn device_value(headers: &HeaderMap) -> Option<&str> {
    only_value(headers, table::DEVICE.name)
}

/// The `Set-Cookie` header of a widget whose key was shown.
pub(crate) fn widget(value: &str) -> (HeaderName, String) {
    (SET_COOKIE, table::WIDGET.set(value))
}

/// The value of a widget's cookie; `None` if it is missing or was sent twice.
pub(crate) fn widget_value(headers: &HeaderMap) -> Option<&str> {
    only_value(headers, table::WIDGET.name)
}

/// The `Set-Cookie` header of a draft that has just begun.
pub(crate) fn draft(token: &DraftToken) -> (HeaderName, String) {
    (SET_COOKIE, table::DRAFT.set(&token.to_text()))
}

/// The `Set-Cookie` header that makes the browser forget its draft.
pub(crate) fn delete_draft() -> (HeaderName, String) {
    (SET_COOKIE, table::DRAFT.delete())
}

/// Whether the cookie of a draft was sent, readable or not.
pub(crate) fn has_draft(headers: &HeaderMap) -> bool {
    values(headers, table::DRAFT.name).next().is_some()
}

/// The token in the cookie of a draft; `None` if it is missing, malformed or was sent twice.
pub(crate) fn draft_token(headers: &HeaderMap) -> Option<DraftToken> {
    only_value(headers, table::DRAFT.name)?.parse().ok()
}

/// Whether a session cookie was sent, readable or not.
pub(crate) fn has_session(headers: &HeaderMap) -> bool {
    values(headers, SESSION).next().is_some()
}

/// The id in the session cookie; `None` if it is missing, malformed or was sent twice, because then it is unknown which one is meant.
pub(crate) fn session_id(headers: &HeaderMap) -> Option<SessionId> {
    only_value(headers, SESSION)?.parse().ok()
}

/// The size of the value of a cookie, in bytes; `None` if it was not sent. Of a cookie that was sent twice, the first counts.
pub(crate) fn value_bytes(headers: &HeaderMap, name: &str) -> Option<usize> {
    values(headers, name).next().map(<[u8]>::len)
}

/// The number of cookies that are not the product's. Browsers send the cookies of other programs on the same host too.
pub(crate) fn count_others(headers: &HeaderMap) -> usize {
    let is_ours = |pair: &[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        table::ALL.iter().any(|policy| policy.name.as_bytes() == name)
    };
    pairs(headers).filter(|pair| !pair.is_empty() && !is_ours(pair)).count()
}

/// The value of a cookie; `None` if it is missing, unreadable or was sent twice.
fn only_value<'a>(headers: &'a HeaderMap, name: &'a str) -> Option<&'a str> {
    let mut values = values(headers, name);
    match (values.next(), values.next()) {
        (Some(value), None) => str::from_utf8(value).ok(),
        _ => None,
    }
}

/// The values of a cookie in the order sent (RFC 6265 §4.2.1), over all `Cookie` headers.
///
/// Values are bytes: any page under a shared parent domain can set a cookie with a value that is not ASCII, and browsers send it (RFC 9110 §5.5 allows such
/// bytes). An unreadable pair counts as another cookie and does not affect this one (row G11).
fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    pairs(headers).filter_map(move |pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

/// Each cookie of a request as `name=value`, in the order sent.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(header::COOKIE);
    values.flat_map(|value| value.as_bytes().split(|byte| *byte == b';')).map(<[u8]>::trim_ascii)
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

    /// C2: a response that signs the user out does not get the cookie of the session that it ended.
    #[test]
    fn a_response_that_sets_the_session_cookie_keeps_its_own() {
        let again = HeaderValue::from_static("__Host-session=again");
        for (own, expected) in [
            ("__Host-session=; Max-Age=0", vec!["__Host-session=; Max-Age=0"]),
            ("__Host-device=x", vec!["__Host-device=x", "__Host-session=again"]),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(SET_COOKIE, HeaderValue::from_static(own));
            add_unless_set(&mut headers, again.clone());
            let set: Vec<&str> =
                headers.get_all(SET_COOKIE).map(|value| value.to_str().unwrap()).collect();
            assert_eq!(set, expected);
        }
    }

    /// G2: the cookie of a device lasts as long as the server accepts it.
    #[test]
    fn the_device_cookie_lasts_as_long_as_it_is_accepted() {
        let seconds = u64::try_from(throttle::DEVICE_LIFETIME.num_seconds()).unwrap();
        assert_eq!(table::DEVICE.max_age, seconds);
    }

    /// C6: the cookie of a widget lasts as long as the server accepts it.
    #[test]
    fn the_widget_cookie_lasts_as_long_as_it_is_accepted() {
        let seconds = u64::try_from(tenancy::WIDGET_LIFETIME.num_seconds()).unwrap();
        assert_eq!(table::WIDGET.max_age, seconds);
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

    /// C7: the sizes are those of the values sent, and a cookie of another program is only counted.
    #[test]
    fn sizes_are_those_of_the_values_sent() {
        let sent = sent(&["theme=dark; utm=x", &format!("{SESSION}={VALUE};; novalue")]);
        assert_eq!(value_bytes(&sent, "theme"), Some(4));
        assert_eq!(value_bytes(&sent, SESSION), Some(43));
        assert_eq!(value_bytes(&sent, table::REMEMBER.name), None);
        assert_eq!(count_others(&sent), 2);
        assert_eq!(count_others(&HeaderMap::new()), 0);
    }

    /// C1: a cookie with a similar name is not the session's.
    #[test]
    fn a_similar_name_is_another_cookie() {
        for name in ["session", "__host-session", "__Host-session2", "x__Host-session"] {
            assert!(session_id(&sent(&[&format!("{name}={VALUE}")])).is_none(), "{name}");
        }
    }
}
