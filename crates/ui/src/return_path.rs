//! Where to go after signing in: a path of this site, never an address that a link smuggled in.

/// Where everyone starts.
pub(crate) const HOME: &str = "/people";
/// Where everyone signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// `next` if it is a plain path of one of our pages, otherwise [`HOME`].
pub(crate) fn after_sign_in(next: Option<&str>) -> &str {
    next.filter(|next| is_ours(next)).unwrap_or(HOME)
}

/// The sign-in page that comes back to `path` afterwards.
pub(crate) fn sign_in_then(path: &str) -> String {
    if path == HOME || !is_ours(path) {
        return SIGN_IN.to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("{SIGN_IN}?next={next}")
}

/// Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they look.
fn is_ours(path: &str) -> bool {
    let plain = !path.contains('\\') && !path.contains(char::is_control);
    let page = path.starts_with("/people") || path == "/";
    plain && page && !path.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C8: a sign-in link cannot be turned into a redirect to another site.
    #[test]
    fn an_address_of_another_site_is_never_a_return_path() {
        for odd in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "",
            "people",
        ] {
            assert_eq!(after_sign_in(Some(odd)), HOME, "{odd}");
        }
        assert_eq!(after_sign_in(None), HOME);
    }

    #[test]
    fn a_deep_link_survives_signing_in() {
        let deep = "/people?q=am&sort=-number";
        assert_eq!(after_sign_in(Some(deep)), deep);
        assert_eq!(sign_in_then(deep), "/sign-in?next=%2Fpeople%3Fq%3Dam%26sort%3D-number");
        assert_eq!(sign_in_then(HOME), SIGN_IN);
    }

    #[test]
    fn signing_in_never_returns_to_signing_in() {
        assert_eq!(after_sign_in(Some("/sign-in?as=auditor")), HOME);
    }
}
