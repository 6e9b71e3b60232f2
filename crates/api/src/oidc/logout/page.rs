//! The page that asks the user to confirm signing out.

use actix_web::{HttpResponse, http::header};
use api_types::{at_pool, paths};
use domain::PoolId;

use super::{
    super::html::{escaped, page},
    logout_request::LogoutRequest,
};

/// The page. Its form sends the application's parameters to [`paths::LOGOUT_CONFIRMED`]. It shows no data of the user.
pub(super) fn ask(pool: &PoolId, logout: &LogoutRequest) -> HttpResponse {
    let address = logout.destination.as_ref().map(|destination| &destination.address);
    let fields = [
        ("client_id", logout.client.as_ref()),
        ("post_logout_redirect_uri", address),
        ("state", logout.state.as_ref()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .map(|(name, value)| {
        format!(r#"<input type="hidden" name="{name}" value="{}">"#, escaped(value))
    })
    .collect::<Vec<_>>()
    .concat();
    let main = format!(
        "<p>An application asks to sign you out.</p><form method=\"post\" action=\"{}\">{fields}\
         <button>Sign out</button></form><p><a href=\"/\">Stay signed in</a></p>",
        escaped(&at_pool(paths::LOGOUT_CONFIRMED, pool))
    );
    let source = logout.destination.as_ref().and_then(|destination| destination.source.as_deref());
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(source)))
        .body(page("Sign out?", &main))
}

/// The content security policy of the page. Browsers apply `form-action` to the redirects after a form too, so the policy names the address that they lead to.
fn policy(source: Option<&str>) -> String {
    let destination = source.map(|source| format!(" {source}")).unwrap_or_default();
    format!(
        "default-src 'none'; form-action 'self'{destination}; base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_the_form_to_redirect_to_its_address_only() {
        let with = |source| policy(source);
        assert!(
            with(Some("https://app.example:8443"))
                .contains("form-action 'self' https://app.example:8443;")
        );
        assert!(with(None).contains("form-action 'self';"));
    }
}
