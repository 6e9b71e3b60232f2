//! The cookies of one client.

use serde::Serialize;

/// How much of a value is shown: enough to see a change, too little to use the cookie.
const SHOWN_CHARACTERS: usize = 6;

/// A cookie as a browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    attributes: String,
}

/// A cookie without the rest of its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownCookie {
    /// The name of the cookie.
    pub name: String,
    /// The first six characters of the value.
    pub value_start: String,
    /// The attributes as the server sent them.
    pub attributes: String,
}

/// The cookies of one client at one host, in the order in which they were first set. Lifetimes are not tracked: the clients run for hours, not for days.
#[derive(Debug, Default)]
pub(super) struct CookieJar(Vec<Cookie>);

impl CookieJar {
    /// Applies a `Set-Cookie` header. Returns whether a cookie was added, changed or deleted.
    pub(super) fn apply(&mut self, header: &str) -> bool {
        let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
        let Some((name, value)) = pair.split_once('=') else { return false };
        let cookie = Cookie {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            attributes: attributes.trim().to_owned(),
        };
        let position = self.0.iter().position(|known| known.name == cookie.name);
        match position {
            Some(index) if is_deletion(attributes) => {
                self.0.remove(index);
                true
            }
            Some(index) if self.0[index] != cookie => {
                self.0[index] = cookie;
                true
            }
            None if !is_deletion(attributes) => {
                self.0.push(cookie);
                true
            }
            _ => false,
        }
    }

    /// The value of the `Cookie` header; `None` if there is no cookie.
    pub(super) fn header(&self) -> Option<String> {
        let pairs: Vec<String> =
            self.0.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The cookies with shortened values.
    pub(super) fn shown(&self) -> Vec<ShownCookie> {
        let shown = |cookie: &Cookie| ShownCookie {
            name: cookie.name.clone(),
            value_start: cookie.value.chars().take(SHOWN_CHARACTERS).collect(),
            attributes: cookie.attributes.clone(),
        };
        self.0.iter().map(shown).collect()
    }
}

/// Whether the attributes make a browser delete the cookie.
fn is_deletion(attributes: &str) -> bool {
    attributes.split(';').any(|attribute| attribute.trim().eq_ignore_ascii_case("max-age=0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_kept_replaced_and_deleted() {
        let mut jar = CookieJar::default();
        assert!(jar.apply("a=one; Path=/"));
        assert!(jar.apply("b=two"));
        assert!(!jar.apply("a=one; Path=/"), "the same cookie again is no change");
        assert!(jar.apply("a=three; Path=/"));
        assert_eq!(jar.header().as_deref(), Some("a=three; b=two"));
        assert!(jar.apply("a=; Path=/; Max-Age=0"));
        assert!(!jar.apply("a=; Path=/; Max-Age=0"));
        assert!(!jar.apply("no cookie"));
        assert_eq!(jar.header().as_deref(), Some("b=two"));
    }

    #[test]
    fn a_shown_cookie_has_only_the_start_of_its_value() {
        let mut jar = CookieJar::default();
        jar.apply("__Host-session=0123456789; HttpOnly; Secure; Path=/");
        let expected = ShownCookie {
            name: "__Host-session".to_owned(),
            value_start: "012345".to_owned(),
            attributes: "HttpOnly; Secure; Path=/".to_owned(),
        };
        assert_eq!(jar.shown(), [expected]);
    }
}
