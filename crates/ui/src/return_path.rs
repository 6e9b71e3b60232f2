//! Where to go after signing in: always a path of this site, so that a link cannot redirect the user to another site.

pub(crate) use api_types::routes::{
    DEVICES, EXPLAINER, ONBOARDING, PEOPLE as HOME, SETTINGS, SIGN_IN, TOKENS, WELCOME, WIDGETS,
};
use api_types::routes::{View, find};
use domain::PoolId;

/// Where to go after signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterSignIn<'p> {
    /// A page of this app. The router shows it.
    Page(&'p str),
    /// The authorization endpoint, which redirects the browser to the application. The browser must load it as a document.
    Document(&'p str),
}

/// `next` if it is a plain path of one of our pages, or of the authorization endpoint of a pool, otherwise [`HOME`].
pub(crate) fn after_sign_in(next: Option<&str>) -> AfterSignIn<'_> {
    match next {
        Some(next) if is_ours(next) => AfterSignIn::Page(next),
        Some(next) if authorizes(next) => AfterSignIn::Document(next),
        _ => AfterSignIn::Page(HOME),
    }
}

/// The path of the sign-in page that returns to `path` afterwards.
pub(crate) fn sign_in_then(path: &str) -> String {
    if path == HOME || !is_ours(path) {
        return SIGN_IN.to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("{SIGN_IN}?next={next}")
}

fn is_ours(path: &str) -> bool {
    let page = find(path.split('?').next().unwrap_or_default());
    page.is_some_and(|(view, _)| view != View::SignIn) && is_plain(path)
}

/// Whether it is exactly `/{pool id}/oauth2/authorize` with a query.
fn authorizes(path: &str) -> bool {
    let whole = path.split_once('?').filter(|_| is_plain(path));
    let pool =
        whole.and_then(|(path, _)| path.strip_prefix('/')?.strip_suffix("/oauth2/authorize"));
    pool.is_some_and(|pool| pool.parse::<PoolId>().is_ok())
}

/// Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they look.
fn is_plain(path: &str) -> bool {
    !path.contains('\\') && !path.contains(char::is_control) && !path.starts_with("//")
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
            assert_eq!(after_sign_in(Some(odd)), AfterSignIn::Page(HOME), "{odd}");
        }
        assert_eq!(after_sign_in(None), AfterSignIn::Page(HOME));
    }

    #[test]
    fn a_deep_link_survives_signing_in() {
        let target = "/people?q=am&sort=-number";
        assert_eq!(after_sign_in(Some(target)), AfterSignIn::Page(target));
        assert_eq!(sign_in_then(target), "/sign-in?next=%2Fpeople%3Fq%3Dam%26sort%3D-number");
        assert_eq!(sign_in_then(HOME), SIGN_IN);
        assert_eq!(after_sign_in(Some(TOKENS)), AfterSignIn::Page(TOKENS));
    }

    #[test]
    fn signing_in_never_returns_to_signing_in() {
        assert_eq!(after_sign_in(Some("/sign-in?as=auditor")), AfterSignIn::Page(HOME));
    }

    /// T7: signing in returns to an application through the authorization endpoint of a pool, and never to a path that only looks like it.
    #[test]
    fn signing_in_leads_back_to_the_authorization_endpoint() {
        let path = "/eu-local-1_AcmeCorp1/oauth2/authorize?client_id=a&state=%2F%2Fx";
        assert_eq!(after_sign_in(Some(path)), AfterSignIn::Document(path));
        for odd in [
            "/eu-local-1_AcmeCorp1/oauth2/authorize",
            "/eu-local-1_AcmeCorp1/oauth2/token?a=b",
            "/eu-local-1_AcmeCorp1/logout?a=b",
            "/evil.example/oauth2/authorize?a=b",
            "//evil.example/eu-local-1_AcmeCorp1/oauth2/authorize?a=b",
            "//eu-local-1_AcmeCorp1/oauth2/authorize?a=b",
            "/eu-local-1_AcmeCorp1/../oauth2/authorize?a=b",
            "/eu-local-1_AcmeCorp1/oauth2/authorize?a=\\b",
            "/eu-local-1_AcmeCorp1\t/oauth2/authorize?a=b",
            "https://evil.example/eu-local-1_AcmeCorp1/oauth2/authorize?a=b",
        ] {
            assert_eq!(after_sign_in(Some(odd)), AfterSignIn::Page(HOME), "{odd}");
        }
    }
}
