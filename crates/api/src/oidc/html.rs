//! The HTML pages of `authorize` and `logout`, the two endpoints that a browser is sent to. They have no scripts and no styles.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
};

use crate::{error::ApiError, extract::RequestId};

/// A complete page. `title` is escaped here. `main` is HTML, in which the caller has escaped all received text.
pub(super) fn page(title: &str, main: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <main><h1>{title}</h1>{main}</main></html>"
    )
}

/// Escapes the five special characters of HTML, for the content of an element or a quoted attribute.
pub(super) fn escaped(text: &str) -> String {
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

/// Turns a refusal into a page for a client that accepts HTML, which is a browser with a user. Other clients get the problem as JSON.
pub(super) fn or_page(
    request: &HttpRequest,
    outcome: Result<HttpResponse, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let error = match outcome {
        Err(error) if accepts_html(request.headers()) => error,
        other => return other,
    };
    error.log();
    let id = RequestId::of(request);
    let problem = error.problem(id.as_str());
    let main = format!(
        "<p>{}</p><p>An application sent you here. If this happens again, tell its developers: <code>{}</code>, request <code>{}</code>.</p>\
         <p><a href=\"/\">Go to the start page</a></p>",
        escaped(&problem.detail),
        problem.code.as_str(),
        id.as_str()
    );
    let mut response = error.respond(id.as_str());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HTML);
    headers.insert(header::VARY, header::HeaderValue::from_static("accept"));
    Ok(response.set_body(page(&problem.title, &main)).map_into_boxed_body())
}

const HTML: header::HeaderValue = header::HeaderValue::from_static("text/html; charset=utf-8");

/// Whether `Accept` names `text/html`. `*/*` does not: every program sends it.
fn accepts_html(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let html = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
        let mut weights = parts.filter_map(|part| part.strip_prefix("q="));
        html && weights.all(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn values_from_a_request_are_escaped() {
        assert_eq!(escaped(r#""><script>'&"#), "&quot;&gt;&lt;script&gt;&#39;&amp;");
    }

    /// T7: only a client that names `text/html` gets a page.
    #[test]
    fn only_clients_that_accept_html_get_a_page() {
        let accepts = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(value));
            accepts_html(&headers)
        };
        for browser in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json, TEXT/HTML;q=0.1",
        ] {
            assert!(accepts(browser), "{browser}");
        }
        for program in ["*/*", "application/json", "text/*", "text/html;q=0", "text/html;q=x", ""] {
            assert!(!accepts(program), "{program}");
        }
        assert!(!accepts_html(&HeaderMap::new()));
    }
}
