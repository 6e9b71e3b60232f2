//! Every cookie of the product in one table, with its attributes (rows C1 to C7).
//!
//! The server and the browser build their cookies from it, and the end-to-end tests compare every `Set-Cookie` header that they receive with it.

use domain::SessionPolicy;

/// The attributes of a cookie. Every cookie is also `Secure`, has `Path=/` and no `Domain`, so that no other host receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookiePolicy {
    /// The name. `__Host-` makes the browser refuse the cookie with a `Domain`, without `Secure` or with another path.
    pub name: &'static str,
    /// What the cookie is for.
    pub purpose: &'static str,
    /// Whether scripts cannot read it.
    pub http_only: bool,
    /// Which requests from other sites carry it.
    pub same_site: SameSite,
    /// Whether the browser keeps one cookie for each site that embeds the product, so that the cookie says nothing about other sites.
    pub partitioned: bool,
    /// How long the browser keeps it, in seconds, at most.
    pub max_age: u64,
}

/// Which requests from other sites carry a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// No request from another site.
    Strict,
    /// Links that replace the page, but no forms, frames or scripts.
    Lax,
    /// Every request, also those of a frame in a page of another site.
    None,
}

/// The session under the standard session policy.
pub const SESSION: CookiePolicy = CookiePolicy {
    name: "__Host-session",
    purpose: "the session under the standard policy",
    http_only: true,
    same_site: SameSite::Lax,
    partitioned: false,
    max_age: SessionPolicy::Standard.absolute().as_secs(),
};
/// The session under the strict session policy. It is sent again while the session is used, so its lifetime is the idle time.
pub const STRICT_SESSION: CookiePolicy = CookiePolicy {
    name: SESSION.name,
    purpose: "the session under the strict policy",
    http_only: true,
    same_site: SameSite::Strict,
    partitioned: false,
    max_age: SessionPolicy::Strict.idle().as_secs(),
};
/// A device that stays signed in: its value is used once, and replaced when it starts a session without a password. Only the product's own pages use it.
pub const REMEMBER: CookiePolicy = CookiePolicy {
    name: "__Host-remember",
    purpose: "a device that stays signed in for 30 days",
    http_only: true,
    same_site: SameSite::Strict,
    partitioned: false,
    max_age: 30 * 24 * 60 * 60,
};
/// A device that signed in before: wrong passwords that strangers try do not slow its user down. It proves no identity.
pub const DEVICE: CookiePolicy = CookiePolicy {
    name: "__Host-device",
    purpose: "a device that signed in before, for the limits on guessing",
    http_only: true,
    same_site: SameSite::Strict,
    partitioned: false,
    max_age: 180 * 24 * 60 * 60,
};
/// An onboarding form that a new hire begins before signing in. It finds the draft, and proves no identity.
pub const DRAFT: CookiePolicy = CookiePolicy {
    name: "__Host-draft",
    purpose: "an onboarding form begun before signing in",
    http_only: true,
    same_site: SameSite::Lax,
    partitioned: false,
    max_age: 24 * 60 * 60,
};
/// The theme of the pages, which a script reads before the first paint.
pub const THEME: CookiePolicy = CookiePolicy {
    name: "theme",
    purpose: "the theme: light, dark or automatic",
    http_only: false,
    same_site: SameSite::Lax,
    partitioned: false,
    max_age: 365 * 24 * 60 * 60,
};

/// A widget in a page of another site: it opens the list of people who are out today, and nothing else.
pub const WIDGET: CookiePolicy = CookiePolicy {
    name: "__Host-widget",
    purpose: "a widget in a page of another site; it opens nothing but that widget",
    http_only: true,
    same_site: SameSite::None,
    partitioned: true,
    max_age: 8 * 60 * 60,
};

/// Every cookie of the product. There is no other.
pub const ALL: [CookiePolicy; 7] =
    [SESSION, STRICT_SESSION, REMEMBER, DEVICE, DRAFT, THEME, WIDGET];

impl CookiePolicy {
    /// The session cookie of a company with this session policy.
    pub const fn of_session(policy: SessionPolicy) -> Self {
        match policy {
            SessionPolicy::Standard => SESSION,
            SessionPolicy::Strict => STRICT_SESSION,
        }
    }

    /// The value of a `Set-Cookie` header for this cookie. `value` must consist of letters, digits and `-._~`.
    pub fn set(&self, value: &str) -> String {
        self.set_for(value, self.max_age)
    }

    /// As [`Self::set`], for at most `seconds`.
    pub fn set_for(&self, value: &str, seconds: u64) -> String {
        let Self { name, same_site, max_age, .. } = self;
        let http_only = if self.http_only { " HttpOnly;" } else { "" };
        let partitioned = if self.partitioned { " Partitioned;" } else { "" };
        let same_site = same_site.as_str();
        let seconds = seconds.min(*max_age);
        format!(
            "{name}={value};{http_only} SameSite={same_site}; Secure;{partitioned} Path=/; Max-Age={seconds}"
        )
    }

    /// The value of a `Set-Cookie` header that makes the browser delete this cookie.
    pub fn delete(&self) -> String {
        self.set_for("", 0)
    }

    /// Whether a `Set-Cookie` header sets this cookie with exactly its attributes.
    pub fn allows(&self, header: &str) -> bool {
        let mut parts = header.split("; ");
        let value = parts.next().and_then(|pair| pair.strip_prefix(self.name)?.strip_prefix('='));
        let seconds = parts.last().and_then(|part| part.strip_prefix("Max-Age=")?.parse().ok());
        match (value, seconds) {
            (Some(value), Some(seconds)) => self.set_for(value, seconds) == header,
            _ => false,
        }
    }
}

impl SameSite {
    /// The attribute's value (RFC 6265bis §5.6.7).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// Whether a `Set-Cookie` header is one of the table.
pub fn is_declared(header: &str) -> bool {
    ALL.iter().any(|policy| policy.allows(header))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C1, C2, C3, C4, C5, C6: each cookie has exactly its attributes.
    #[test]
    fn each_cookie_has_its_attributes() {
        for (policy, header) in [
            (SESSION, "__Host-session=x; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400"),
            (
                STRICT_SESSION,
                "__Host-session=x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=1800",
            ),
            (
                REMEMBER,
                "__Host-remember=x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=2592000",
            ),
            (
                DEVICE,
                "__Host-device=x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=15552000",
            ),
            (DRAFT, "__Host-draft=x; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400"),
            (THEME, "theme=x; SameSite=Lax; Secure; Path=/; Max-Age=31536000"),
            (
                WIDGET,
                "__Host-widget=x; HttpOnly; SameSite=None; Secure; Partitioned; Path=/; Max-Age=28800",
            ),
        ] {
            assert_eq!(policy.set("x"), header);
            assert!(policy.allows(header) && policy.allows(&policy.delete()));
        }
    }

    /// C7: a cookie with another name or attribute is not declared.
    #[test]
    fn another_cookie_is_not_declared() {
        for odd in [
            "",
            "theme=x",
            "other=x; SameSite=Lax; Secure; Path=/; Max-Age=1",
            "theme=x; SameSite=Lax; Path=/; Max-Age=1",
            "theme=x; SameSite=Lax; Secure; Path=/; Max-Age=31536001",
            "theme=x; SameSite=Lax; Secure; Path=/; Domain=example.com; Max-Age=1",
            "__Host-session=x; SameSite=Lax; Secure; Path=/; Max-Age=1",
            "__Host-session=x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=86400",
            "__Host-session=x; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=1",
            "__Host-session=x; HttpOnly; SameSite=Lax; Secure; Partitioned; Path=/; Max-Age=1",
            "__Host-widget=x; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=1",
            "__Host-widget=x; HttpOnly; SameSite=Lax; Secure; Partitioned; Path=/; Max-Age=1",
            "__Host-widget=x; HttpOnly; SameSite=None; Partitioned; Path=/; Max-Age=1",
        ] {
            assert!(!is_declared(odd), "{odd}");
        }
        assert!(is_declared(&SESSION.set("x")));
    }

    /// C7: every row with `__Host-` can only be what the prefix demands, and no two rows are the same.
    #[test]
    fn rows_differ() {
        for (at, one) in ALL.iter().enumerate() {
            assert!(!ALL[..at].contains(one), "{}", one.name);
            assert!(one.http_only == one.name.starts_with("__Host-"), "{}", one.name);
        }
    }

    /// C6: the widget's cookie is the only one that a frame in a page of another site sends, and it is partitioned.
    #[test]
    fn only_the_widget_is_sent_from_other_sites() {
        for one in ALL {
            let of_widget = one == WIDGET;
            assert_eq!(one.same_site == SameSite::None, of_widget, "{}", one.name);
            assert_eq!(one.partitioned, of_widget, "{}", one.name);
        }
    }
}
