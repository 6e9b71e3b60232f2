//! The page that asks whether to sign out: plain HTML, without a script and without a style.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Uri, header},
};

use super::Asked;

/// The page, which sends what was asked for to the same path. Nothing of the person is on it.
pub(super) fn ask(request: &HttpRequest, asked: &Asked) -> HttpResponse {
    let fields = [
        ("client_id", &asked.client),
        ("post_logout_redirect_uri", &asked.address),
        ("state", &asked.state),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value.as_ref()?)))
    .map(|(name, value)| {
        format!(r#"<input type="hidden" name="{name}" value="{}">"#, escaped(value))
    })
    .collect::<Vec<_>>()
    .concat();
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Sign out</title>\
         <main><h1>Sign out?</h1><p>An application asks to sign you out here.</p><form method=\"post\" action=\"{}\">{fields}\
         <button>Sign out</button></form><p><a href=\"/\">Stay signed in</a></p></main></html>",
        escaped(request.path())
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(asked.address.as_deref())))
        .body(page)
}

/// Browsers hold a form to its policy through the redirects that answer it, so the place where this one leads stands in it.
fn policy(address: Option<&str>) -> String {
    let uri = address.and_then(|address| address.parse::<Uri>().ok());
    let origin = uri.and_then(|uri| {
        let plain = |text: &str| !text.contains([';', ',', '*', '@', '\'']);
        let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str());
        plain(authority).then(|| format!(" {scheme}://{authority}"))
    });
    let onward = origin.unwrap_or_default();
    format!(
        "default-src 'none'; form-action 'self'{onward}; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_cannot_leave_its_quotes() {
        assert_eq!(escaped(r#""><script>'&"#), "&quot;&gt;&lt;script&gt;&#39;&amp;");
    }

    #[test]
    fn the_policy_lets_the_form_lead_where_it_was_asked_to_and_nowhere_else() {
        let allowed = |address| policy(Some(address)).contains("form-action 'self';");
        assert!(
            policy(Some("https://app.example:8443/bye?x=1"))
                .contains("form-action 'self' https://app.example:8443;")
        );
        assert!(allowed("https://a;script-src/") && allowed("not an address"));
        assert!(policy(None).contains("form-action 'self';"));
    }
}
