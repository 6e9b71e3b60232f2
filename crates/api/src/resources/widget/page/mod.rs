//! `GET /widget/{id}`: the page in the frame. It is one small document, and it contains no data.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header::{CONTENT_SECURITY_POLICY, ContentType},
    web,
};
use domain::{FrameOrigin, TenantSlug, WidgetId};
use tenancy::WidgetKey;

use crate::{
    Api, PublicUrl, csp_hash::csp_hash, error::ApiError, extract::company::open_company,
    resources::ui,
};

const SCRIPT: &str = include_str!("widget.js");
const STYLE: &str = include_str!("widget.css");
/// The document. It has its script and its style inside, so a frame needs one request before it asks for its data.
const DOCUMENT: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    "<title>Out today</title>\n<style>",
    include_str!("widget.css"),
    "</style>\n<main>\n<h1>Out today</h1>\n<p id=\"state\" role=\"status\">Loading\u{2026}</p>\n",
    "<div id=\"list\"></div>\n</main>\n<script>",
    include_str!("widget.js"),
    "</script>\n</html>\n"
);

/// The policy up to the name of the embedding site: the one script and the one style of the document, and requests to the company's own host.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ",
        csp_hash(SCRIPT),
        csp_hash(STYLE)
    )
});

/// Shows the page of a widget, which only the widget's own site may embed. Any other id gets the same reply as a page that does not exist.
pub(crate) async fn show(
    request: HttpRequest,
    api: web::Data<Api>,
) -> Result<HttpResponse, ApiError> {
    let Some(site) = embedding_site(&request, &api).await? else {
        return ui::serve(request).await;
    };
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, format!("{}{site}", *POLICY)))
        .body(DOCUMENT))
}

/// The site that may embed the widget in the path; `None` if the host names no open company, or the company has no such widget.
async fn embedding_site(request: &HttpRequest, api: &Api) -> Result<Option<FrameOrigin>, ApiError> {
    let Some(id) = request.match_info().get("id").and_then(|id| id.parse::<WidgetId>().ok()) else {
        return Ok(None);
    };
    let (company, _) = match open_company(request, api).await {
        Err(refusal) if refusal.status_code().is_client_error() => return Ok(None),
        company => company?,
    };
    let widget = api.store.widget(company.id, id).await?;
    Ok(widget.map(|widget| widget.embedded_on))
}

/// The address of a widget's page with its key. The key is in the fragment, which browsers send to no server: it is in no log and in no `Referer`.
pub(crate) fn address_of(
    public_url: &PublicUrl,
    company: &TenantSlug,
    widget: WidgetId,
    key: &WidgetKey,
) -> String {
    format!("{}/widget/{widget}#{}", public_url.company_origin(company), key.to_text())
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    /// C6: the policy names the script and the style of the document, and no other inline code.
    #[test]
    fn the_policy_names_the_script_and_the_style_of_the_document() {
        for (begin, text, end, directive) in [
            ("<script>", SCRIPT, "</script>", "script-src"),
            ("<style>", STYLE, "</style>", "style-src"),
        ] {
            let (_, rest) = DOCUMENT.split_once(begin).unwrap();
            assert_eq!(rest.split_once(end).unwrap().0, text);
            assert_eq!(DOCUMENT.matches(begin).count(), 1);
            let hash = STANDARD.encode(Sha256::digest(text));
            assert!(POLICY.contains(&format!("{directive} 'sha256-{hash}';")), "{directive}");
        }
        assert!(!POLICY.contains("unsafe") && !DOCUMENT.contains("style=\""));
    }

    #[test]
    fn the_key_is_in_the_fragment() {
        let (id, key) = (uuid::Uuid::from_u128(7), WidgetKey::random().unwrap());
        let (public, company) = ("https://hr.example".parse().unwrap(), "acme".parse().unwrap());
        let address = address_of(&public, &company, WidgetId::from_uuid(id), &key);
        let (before, after) = address.split_once('#').unwrap();
        assert_eq!(before, format!("https://acme.hr.example/widget/{id}"));
        assert_eq!(after, key.to_text());
    }
}
